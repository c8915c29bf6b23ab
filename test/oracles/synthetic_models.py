"""Logits that transformers computes for synthetic models: the golden file of test/builder/build-model.test.ts.

usage: synthetic_models.py DIR... > test/fixtures/builder/synthetic-logits.json
Each DIR was written by `scalesweep models build` in fp32, portable style. The weights are read from the ONNX file,
where they carry transformers' names (a `.T` behind a name: stored transposed), so that both sides have the same bits.
Made with torch 2.13.0, transformers 5.18.0, onnx 1.23.1.
"""
import json
import pathlib
import sys

import numpy
import onnx
import torch
import transformers

IDS = [5, 17, 250, 2, 9, 44, 101, 0, 31]


def weights_of(directory: pathlib.Path) -> dict[str, torch.Tensor]:
    model = onnx.load(directory / "onnx" / "model.onnx")
    arrays = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    turned = {name.removesuffix(".T"): array.T if name.endswith(".T") else array for name, array in arrays.items()}
    # A head that transformers 5 keeps under another name than its checkpoints do.
    renamed = {name.replace("embed_out.", "lm_head."): array for name, array in turned.items()}
    return {name: torch.from_numpy(numpy.array(array)) for name, array in {**turned, **renamed}.items()}


def golden(directory: pathlib.Path) -> dict[str, object]:
    config = transformers.AutoConfig.from_pretrained(directory)
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
    weights = weights_of(directory)
    state = model.state_dict()
    missing = [name for name in state if name not in weights and not (config.tie_word_embeddings and name == "lm_head.weight")]
    assert not missing, missing
    model.load_state_dict({name: weights[name] for name in state if name in weights}, strict=False)
    model.tie_weights()
    with torch.no_grad():
        logits = model(torch.tensor([IDS])).logits[0]
        greedy = model.generate(torch.tensor([IDS]), max_new_tokens=12, min_new_tokens=12, do_sample=False, pad_token_id=0)
    tokenizer = transformers.AutoTokenizer.from_pretrained(directory)
    text = "The quick brown fox: 42 été \n"
    encoded = tokenizer(text)["input_ids"]
    assert tokenizer.decode(encoded) == text, tokenizer.decode(encoded)
    return {
        "ids": IDS,
        "logits": [[float(f"{value:.6g}") for value in row] for row in logits.tolist()],
        "greedy": greedy[0, len(IDS):].tolist(),
        "tokenizer": {"text": text, "ids": encoded, "size": len(tokenizer)},
    }


if __name__ == "__main__":
    print(json.dumps({path.name: golden(path) for path in map(pathlib.Path, sys.argv[1:])}))
