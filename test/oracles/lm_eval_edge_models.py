"""Compares this program with the real lm_eval 0.4.13 on models and texts at the edges of its tokenisation rules.

Models of random weights whose tokenizers have no BOS, no EOS apart, no padding, or put BOS in front, with contexts of 16 to 64
tokens; texts that are cut, end in blanks of every kind, hold special tokens, or are exactly as long as the context. Build
first (npm run build). Usage: python test/oracles/lm_eval_edge_models.py [--seed 1]; exits 1 where something differs
"""
import argparse
import contextlib
import io
import json
import os
import pathlib
import random
import sys
import tempfile

import lm_eval_end_to_end as end_to_end
import lm_eval_run as run
import torch
import transformers
import yaml
from lm_eval.api.instance import Instance
from lm_eval_goldens import byte_level, sentence_piece
from tokenizers.processors import TemplateProcessing
from transformers import PreTrainedTokenizerFast

WORDS = ["river", "stone", "cat", "café", "tower", "日本", "plan", "don't", "3.5", "1,000", "x\\y", "🎉", "The", "of", "and"]
ENDS = ["", " ", "  ", "\n", "\n\n", "\t", "\u00a0", "\u3000", "\u2003", "\x1c", "\x85", "\u200b", "\ufeff", " \n ", ".", ":"]
SPECIAL = ["<|endoftext|>", "<s>", "</s>", "<unk>", "<0x0A>", "▁"]


def again(tokenizer, **changes):
    special = {name: getattr(tokenizer, name) for name in ("bos_token", "eos_token", "unk_token", "pad_token") if getattr(tokenizer, name) is not None}
    backend = tokenizer.backend_tokenizer
    post = changes.pop("post_processor", False)
    if post is not False:
        backend = type(backend).from_str(backend.to_str())
        backend.post_processor = post
    return PreTrainedTokenizerFast(tokenizer_object=backend, **{k: v for k, v in {**special, **changes}.items() if v is not None})


def models(seed):
    bytes_, pieces = byte_level(), sentence_piece()
    gpt2 = lambda n, length: transformers.GPT2Config(vocab_size=n, n_positions=length, n_embd=32, n_layer=2, n_head=4, bos_token_id=0, eos_token_id=0)
    neox = lambda n, length: transformers.GPTNeoXConfig(vocab_size=n, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, max_position_embeddings=length, bos_token_id=0, eos_token_id=0)
    llama = lambda n, length: transformers.LlamaConfig(vocab_size=n, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, intermediate_size=64, max_position_embeddings=length, bos_token_id=1, eos_token_id=2)
    kinds = (
        ("gpt2-20", transformers.GPT2LMHeadModel, gpt2(len(bytes_), 20), bytes_),
        ("gpt2-no-bos", transformers.GPT2LMHeadModel, gpt2(len(bytes_), 64), again(bytes_, bos_token=None)),
        ("neox-bos-put", transformers.GPTNeoXForCausalLM, neox(len(bytes_), 32), again(bytes_, post_processor=TemplateProcessing(single="<|endoftext|> $A", special_tokens=[("<|endoftext|>", 0)]))),
        ("llama-24", transformers.LlamaForCausalLM, llama(len(pieces), 24), pieces),
        ("llama-no-bos-put", transformers.LlamaForCausalLM, llama(len(pieces), 48), again(pieces, post_processor=TemplateProcessing(single="$A", special_tokens=[]))),
        ("llama-bos-eos-put", transformers.LlamaForCausalLM, llama(len(pieces), 40), again(pieces, post_processor=TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)]))),
        ("llama-pad", transformers.LlamaForCausalLM, llama(len(pieces), 40), again(pieces, pad_token="<unk>")),
    )
    for index, (name, kind, config, tokenizer) in enumerate(kinds):
        torch.manual_seed(seed * 100 + index)
        model = kind(config).float().eval()
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.dim() > 1:
                    parameter.mul_(8)
        yield name, model, tokenizer


def text(r, most):
    words = " ".join(r.choice(WORDS) for _ in range(r.randint(1, most)))
    if r.random() < 0.15:
        words = r.choice(SPECIAL) + r.choice(["", " "]) + words
    if r.random() < 0.15:
        words += r.choice(["", " "]) + r.choice(SPECIAL)
    return r.choice(["", "", " ", "\n"]) + words + r.choice(ENDS)


def requests_of(document, fields):
    """The arguments of a document's requests, without the rest of a task."""
    kind, delimiter = fields["output_type"], fields.get("target_delimiter", " ")
    context = document["c"] if "c" in fields["doc_to_text"] else ""
    if kind == "multiple_choice":
        return "loglikelihood", [(c, delimiter + option) for option in document["o"] for c in {context, ""}]
    if kind == "generate_until":
        return kind, [(context, fields["generation_kwargs"])]
    return kind, [(document["t"],)] if kind == "loglikelihood_rolling" else [(context, document["t"])]


def is_answered(lm, document, fields):
    """False for a document that lm_eval fails on: an empty continuation, or one longer than the context, say."""
    kind, arguments = requests_of(document, fields)
    instances = [Instance(request_type=kind, doc=document, arguments=a, idx=0) for a in arguments]
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            getattr(lm, kind)(instances, disable_tqdm=True)
        return True
    except Exception:
        return False


def random_tasks(r):
    tasks = {
        "pairs": ([{"c": text(r, r.choice([1, 3, 30])), "t": r.choice(["", " ", "\n"]) + text(r, r.choice([1, 2, 25]))} for _ in range(24)], {"output_type": "loglikelihood", "doc_to_text": "{{c}}", "doc_to_target": "{{t}}"}),
        "pairs_alone": ([{"t": text(r, r.choice([1, 2, 30]))} for _ in range(12)], {"output_type": "loglikelihood", "doc_to_text": "", "doc_to_target": "{{t}}"}),
        "choices": ([{"c": text(r, r.choice([1, 9, 30])), "o": [text(r, r.choice([1, 1, 20])) for _ in range(3)], "g": r.randrange(3)} for _ in range(12)],
                    {"output_type": "multiple_choice", "doc_to_text": "{{c}}", "doc_to_choice": "o", "doc_to_target": "g", "target_delimiter": r.choice(["", " ", "\n"]), "metric_list": [{"metric": m} for m in ("acc", "acc_norm", "acc_bytes", "acc_mutual_info", "exact_match")]}),
        "shots": ([{"c": text(r, 4), "o": ["cat", "tower"], "g": r.randrange(2)} for _ in range(9)], {"output_type": "multiple_choice", "doc_to_text": "{{c}}", "doc_to_choice": "o", "doc_to_target": "g", "num_fewshot": 2}),
        "rolling": ([{"t": "a " * n + r.choice(ENDS)} for n in range(1, 34)] + [{"t": text(r, r.choice([1, 20, 60]))} for _ in range(10)], {"output_type": "loglikelihood_rolling", "doc_to_text": "", "doc_to_target": "{{t}}"}),
    }
    for index, (until, most) in enumerate(((["\n"], 8), ([], 12), (["<|endoftext|>", "</s>"], 9), ([" ", ""], 6), (["a", "e", "i"], 14), ("\n\n", 7), (["▁", "<0x0A>"], 10), ([" the"], 1))):
        documents = [{"c": text(r, r.choice([1, 5, 40])), "a": "x"} for _ in range(8)] + [{"c": "", "a": "x"}]
        tasks[f"answers_{index}"] = (documents, {"output_type": "generate_until", "doc_to_text": "{{c}}", "doc_to_target": "a", "generation_kwargs": {"until": until, "max_gen_toks": most}})
    return tasks


def write_tasks(r, folder, lms):
    folder.mkdir(parents=True)
    tasks = random_tasks(r)
    for name, (documents, fields) in tasks.items():
        documents = [d for d in documents if all(is_answered(lm, d, fields) for lm in lms)]
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(d) + "\n" for d in documents), "utf-8")
        task = {"task": name, "dataset_path": "json", "test_split": "test", "dataset_kwargs": {"data_files": {"test": f"{name}.jsonl"}}, **fields}
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(task, allow_unicode=True, sort_keys=False), "utf-8")
    return list(tasks)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", default=1, type=int)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        base = pathlib.Path(directory)
        answers, loaded = {}, {}
        for name, model, tokenizer in models(options.seed):
            model.save_pretrained(base / "hf" / name)
            tokenizer.save_pretrained(base / "hf" / name)
            loaded[name] = model, transformers.AutoTokenizer.from_pretrained(base / "hf" / name)
        lms = [run.HFLM(pretrained=model, tokenizer=tokenizer, batch_size=1, device="cpu") for model, tokenizer in loaded.values()]
        names = write_tasks(random.Random(options.seed), base / "tasks", lms)
        os.chdir(base / "tasks")
        for name, (model, tokenizer) in loaded.items():
            exported = end_to_end.scalesweep("models", "export", base / "hf" / name, "-o", base / "family" / name)
            if exported.returncode:
                sys.exit(exported.stderr)
            answers[name] = end_to_end.lm_eval_answers(model, tokenizer, names, base / "tasks")
            print(name, "fails on", sorted(set(names) - set(answers[name])))
        ran = end_to_end.scalesweep("run", "--family", base / "family", "--task", base / "tasks/*.yaml", "--out", base / "run", "--log-samples", "--device", "cpu")
        comparison = end_to_end.Comparison()
        end_to_end.compare(answers, base / "run", comparison)
        os.chdir("/")
    print(*comparison.differences, sep="\n")
    print(ran.stderr[-3000:] if comparison.differences else "")
    print(f"seed {options.seed}: {comparison.n}, furthest {comparison.furthest:.2e} nats, {len(comparison.differences)} differences")
    sys.exit(1 if comparison.differences else 0)


if __name__ == "__main__":
    main()
