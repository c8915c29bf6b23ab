"""Runs the real lm_eval 0.4.13 on tiny models of random weights over the tasks of test/fixtures/lm-eval/tasks.

Models: GPT-2 (byte-level BPE, no BOS), GPT-NeoX (the same tokenizer), Llama with grouped-query attention (a
SentencePiece-style tokenizer with BOS and byte fallback), all made here from a seed. Nothing is fetched.
Usage: python test/oracles/lm_eval_goldens.py [-o test/fixtures/lm-eval/goldens.json.gz] [--keep-models DIR]
"""
import argparse
import gzip
import json
import os
import pathlib
import tempfile

import lm_eval_run as run
import torch
import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

FIXTURES = pathlib.Path(__file__).resolve().parents[1] / "fixtures/lm-eval"


def corpus():
    for path in sorted((FIXTURES / "tasks/data").glob("*.jsonl")):
        yield path.read_text("utf-8")


def byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=["<|endoftext|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(corpus(), trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<|endoftext|>", eos_token="<|endoftext|>")


def sentence_piece():
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    special = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = trainers.BpeTrainer(vocab_size=500, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(corpus(), trainer)
    from tokenizers.processors import TemplateProcessing

    tokenizer.post_processor = TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>")


def tiny_models():
    first, second = byte_level(), sentence_piece()
    n_bytes, n_pieces = len(first), len(second)
    gpt2 = transformers.GPT2Config(vocab_size=n_bytes, n_positions=96, n_embd=32, n_layer=2, n_head=4, bos_token_id=0, eos_token_id=0)
    neox = transformers.GPTNeoXConfig(vocab_size=n_bytes, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, max_position_embeddings=128, bos_token_id=0, eos_token_id=0)
    llama = transformers.LlamaConfig(vocab_size=n_pieces, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, intermediate_size=64, max_position_embeddings=160, bos_token_id=1, eos_token_id=2)
    for index, (name, kind, config, tokenizer) in enumerate((
        ("gpt2", transformers.GPT2LMHeadModel, gpt2, first),
        ("gpt-neox", transformers.GPTNeoXForCausalLM, neox, first),
        ("llama-gqa", transformers.LlamaForCausalLM, llama, second),
    )):
        torch.manual_seed(index)
        model = kind(config).float().eval()
        with torch.no_grad():  # random weights at their usual scale answer alike everywhere: spread them
            for parameter in model.parameters():
                if parameter.dim() > 1:
                    parameter.mul_(8)
        yield name, model, tokenizer


def golden_of(lm, results):
    rows = run.rows_of(results)
    tasks = {}
    for name, samples in results["samples"].items():
        samples = sorted(samples, key=lambda sample: 0)
        with_tokens = samples[:3]
        tasks[name] = {
            "shots": results["n-shot"][name],
            "task_hash": run.task_hash(samples),
            "samples": [run.sample_of(sample) for sample in samples],
            "tokens": [run.token_ids(lm, sample) for sample in with_tokens],
        }
    return {"rows": rows, "tasks": tasks, "n-samples": results["n-samples"]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-o", default=FIXTURES / "goldens.json.gz", type=pathlib.Path)
    parser.add_argument("--keep-models", type=pathlib.Path)
    options = parser.parse_args()
    options.o = options.o.resolve()
    members = ("letters", "letters_other")
    files = sorted((FIXTURES / "tasks").glob("*.yaml"))
    names = [path.stem for path in files if path.stem not in members]
    os.chdir(FIXTURES / "tasks")  # lm_eval finds data files from the current directory
    golden = {"versions": run.VERSIONS, "bootstrap_iters": 150, "models": {}}
    with tempfile.TemporaryDirectory() as folder:
        for name, model, tokenizer in tiny_models():
            directory = (options.keep_models or pathlib.Path(folder)) / name
            model.save_pretrained(directory)
            tokenizer.save_pretrained(directory)
            lm, results = run.evaluate(model, tokenizer, names, bootstrap_iters=150, folder=FIXTURES / "tasks")
            golden["models"][name] = golden_of(lm, results)
    for models_ in list(golden["models"].values())[1:]:  # prompts do not depend on the model: keep them once
        for task in models_["tasks"].values():
            for sample in task["samples"]:
                del sample["arguments"]
    with gzip.GzipFile(options.o, "wb", 9, mtime=0) as file:
        file.write(json.dumps(golden, ensure_ascii=False).encode())
    print(options.o, options.o.stat().st_size, "bytes")
    for name, model in golden["models"].items():
        print(name, json.dumps(model["rows"])[:3000])


if __name__ == "__main__":
    main()
