"""Scores tasks with the real lm_eval 0.4.13 on one scale of the shipped family, its weights loaded into PyTorch.

The weights are the initializers of the model directory's ONNX file. Needs torch, transformers, onnx, lm_eval.
Usage: python test/oracles/family_goldens.py --model models/snowflake/<scale> --tasks a.yaml b.yaml [--limit 100]
Writes test/fixtures/family/<scale>.json.gz: for every task its metrics, and for every sample the requests' hashes
and lm_eval's answers (loglikelihoods in nats, greedy generations).
"""
import argparse
import gzip
import json
import pathlib

import lm_eval_run as run
import onnx
import torch
import transformers
from onnx import numpy_helper


def onnx_file(directory):
    for name in ("model.onnx", "onnx/model.onnx"):
        if (directory / name).exists():
            return directory / name
    raise SystemExit(f"no model.onnx in {directory}")


def initializers(path):
    return {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in onnx.load(str(path)).graph.initializer}


def state_of(tensors, config):
    """The exporter's names and fused matrices (input x output) as transformers' Llama parameters."""
    state = {"model.embed_tokens.weight": tensors["embedding.weight"], "model.norm.weight": tensors["final_norm.weight"]}
    widths = [config.num_attention_heads * config.head_dim] + [config.num_key_value_heads * config.head_dim] * 2
    for layer in range(config.num_hidden_layers):
        source, target = f"layer{layer}.", f"model.layers.{layer}."
        qkv = tensors[source + "attention.qkv.weight"].T.split(widths)
        gate, up = tensors[source + "feed.gate_up.weight"].T.split(config.intermediate_size)
        named = {
            "self_attn.q_proj": qkv[0],
            "self_attn.k_proj": qkv[1],
            "self_attn.v_proj": qkv[2],
            "self_attn.o_proj": tensors[source + "attention.output.weight"].T,
            "mlp.gate_proj": gate,
            "mlp.up_proj": up,
            "mlp.down_proj": tensors[source + "feed.down.weight"].T,
            "input_layernorm": tensors[source + "attention_norm.weight"],
            "post_attention_layernorm": tensors[source + "feed_norm.weight"],
        }
        state.update({f"{target}{name}.weight": value.contiguous() for name, value in named.items()})
    return state


def load(directory):
    config = transformers.AutoConfig.from_pretrained(directory)
    model = transformers.LlamaForCausalLM(config).float().eval()
    missing, unexpected = model.load_state_dict(state_of(initializers(onnx_file(directory)), config), strict=False)
    assert not unexpected and set(missing) <= {"lm_head.weight"}, (missing, unexpected)
    model.tie_weights()
    tokenizer = transformers.PreTrainedTokenizerFast.from_pretrained(directory)
    return model, tokenizer


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True, type=pathlib.Path)
    parser.add_argument("--tasks", required=True, nargs="+", type=pathlib.Path)
    parser.add_argument("--limit", type=int, default=None)
    parser.add_argument("--bootstrap-iters", type=int, default=2000)
    parser.add_argument("-o", default="test/fixtures/family", type=pathlib.Path)
    options = parser.parse_args()
    model, tokenizer = load(options.model)
    configs = [run.task_config(path) for path in options.tasks]
    lm, results = run.evaluate(model, tokenizer, configs, limit=options.limit, bootstrap_iters=options.bootstrap_iters)
    tasks = {}
    rows = run.rows_of(results)
    for path, config in zip(options.tasks, configs):
        name = config["task"]
        samples = results["samples"][name]
        tasks[name] = {
            "file": path.name,
            "shots": results["n-shot"][name],
            "task_hash": run.task_hash(samples),
            "row": rows[name],
            "samples": [run.sample_of(sample) for sample in samples],
        }
    golden = {
        "versions": run.VERSIONS,
        "model": options.model.name,
        "limit": options.limit,
        "bootstrap_iters": options.bootstrap_iters,
        "tasks": tasks,
    }
    options.o.mkdir(parents=True, exist_ok=True)
    target = options.o / f"{options.model.name}.json.gz"
    with gzip.GzipFile(target, "wb", 9, mtime=0) as file:
        file.write(json.dumps(golden, ensure_ascii=False).encode())
    print(target, target.stat().st_size, "bytes", {name: task["row"] for name, task in tasks.items()})


if __name__ == "__main__":
    main()
