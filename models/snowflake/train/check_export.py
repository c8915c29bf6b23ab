"""Check an exported model directory against PyTorch and transformers with the same weights.

`python check_export.py WORK SCALE SEED FOLDER` compares logits of a left-padded batch in one pass,
of the same batch in cached chunks, and of a batch with a row that is hidden altogether.
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

from ladder import LADDER, Shape
from model import Decoder

TOLERANCE = 1e-4
TEXTS = ["map: aX bY aX ", "bafu is ", "123+456=", "the old cat near the hill chases a dog."]


def llama(shape: Shape, weights: dict[str, torch.Tensor], folder: Path) -> LlamaForCausalLM:
    """Transformers' own implementation with these weights."""
    state = {"model.embed_tokens.weight": weights["embedding"], "model.norm.weight": weights["final_norm"]}
    for layer in range(shape.layers):
        at = f"model.layers.{layer}."
        q, k, v = weights[f"{layer}_qkv"].chunk(3)
        gate, up = weights[f"{layer}_gate_up"].chunk(2)
        state |= {
            at + "input_layernorm.weight": weights[f"{layer}_attention_norm"],
            at + "self_attn.q_proj.weight": q,
            at + "self_attn.k_proj.weight": k,
            at + "self_attn.v_proj.weight": v,
            at + "self_attn.o_proj.weight": weights[f"{layer}_output"],
            at + "post_attention_layernorm.weight": weights[f"{layer}_feed_norm"],
            at + "mlp.gate_proj.weight": gate,
            at + "mlp.up_proj.weight": up,
            at + "mlp.down_proj.weight": weights[f"{layer}_down"],
        }
    model = LlamaForCausalLM(LlamaConfig.from_pretrained(folder)).eval()
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert set(missing) <= {"lm_head.weight"} and not unexpected, (missing, unexpected)
    model.tie_weights()
    return model


def padded_batch(texts: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ids, mask and positions [b, s], padded on the left."""
    rows = [[0, *(byte + 1 for byte in text.encode())] for text in texts]
    length = max(map(len, rows))
    ids = np.array([[0] * (length - len(row)) + row for row in rows], np.int64)
    mask = np.array([[0] * (length - len(row)) + [1] * len(row) for row in rows], np.int64)
    return ids, mask, np.maximum(mask.cumsum(1) - 1, 0)


class Session:
    def __init__(self, shape: Shape, path: Path):
        self.shape = shape
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.cache = [i.name for i in self.session.get_inputs() if i.name.startswith("past_key_values")]

    def run(self, ids, mask, positions, chunks: list[int]) -> np.ndarray:
        """Logits [b, s, V], read in chunks of these lengths with the cache carried along."""
        past = [np.zeros((len(ids), self.shape.heads, 0, self.shape.head_width), np.float32)] * len(self.cache)
        logits, at = [], 0
        for size in chunks:
            end = at + size
            feed = {"input_ids": ids[:, at:end], "attention_mask": mask[:, :end], "position_ids": positions[:, at:end]}
            out, *past = self.session.run(None, feed | dict(zip(self.cache, past)))
            logits.append(out)
            at = end
        return np.concatenate(logits, 1)


@torch.no_grad()
def check(shape: Shape, weights: dict[str, torch.Tensor], folder: Path) -> float:
    """The largest difference found; fails above TOLERANCE."""
    session = Session(shape, folder / "onnx" / "model.onnx")
    ids, mask, positions = padded_batch(TEXTS)
    length = ids.shape[1]
    real = mask.astype(bool)
    torch_inputs = [torch.from_numpy(a) for a in (ids, mask, positions)]
    reference = llama(shape, weights, folder)(
        input_ids=torch_inputs[0], attention_mask=torch_inputs[1], position_ids=torch_inputs[2]
    ).logits.numpy()

    ours = Decoder(shape, 0)
    ours.load_state_dict({"weights." + name: w for name, w in weights.items()})
    differences = []
    for text, row, row_mask in zip(TEXTS, reference, real):
        plain = torch.tensor([[0, *(byte + 1 for byte in text.encode())]])
        causal = torch.full((plain.shape[1],) * 2, -1e9).triu(1)[None, None]
        differences.append(np.abs(ours(plain, causal).numpy() - row[row_mask]).max())

    whole = session.run(ids, mask, positions, [length])
    cached = session.run(ids, mask, positions, [5, 1, 5, length - 11])
    differences += [np.abs(logits - reference)[real].max() for logits in (whole, cached)]

    hidden = mask.copy()
    hidden[1] = 0
    partly = session.run(ids, hidden, positions, [length])
    assert np.isfinite(partly).all(), "a hidden row gives NaN"
    others = real.copy()
    others[1] = False
    differences.append(np.abs(partly - reference)[others].max())

    tokenizer = AutoTokenizer.from_pretrained(folder)
    for text in [*TEXTS, "naïve 日本 \n\t\x00", ""]:
        expected = [0, *(byte + 1 for byte in text.encode())]
        assert tokenizer(text)["input_ids"] == expected, (text, tokenizer(text)["input_ids"])
        assert tokenizer.decode(expected, skip_special_tokens=True) == text
    largest = float(max(differences))
    assert largest < TOLERANCE, differences
    return largest


if __name__ == "__main__":
    work, scale, seed, target = sys.argv[1:]
    final = torch.load(Path(work) / f"{scale}-seed{seed}.pt")[1]
    print(f"{target}: largest difference {check(LADDER[scale], final, Path(target)):.1e}")
