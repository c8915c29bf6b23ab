"""Makes test/fixtures/lm-eval/stops.json.gz: where lm_eval 0.4.13 stops a generation, and what it keeps of it.

Random tokens of two tokenizers go through its own stopping criteria one after the other, with stops that are put together
from several tokens, are special tokens or hold one, are part of a character, or are empty.
Usage: python test/oracles/stop_goldens.py
"""
import gzip
import json
import pathlib
import random

import lm_eval_run as run
import torch
from lm_eval.models.utils import handle_stop_sequences, postprocess_generated_text
from lm_eval.models.utils_hf import stop_sequences_criteria
from lm_eval_goldens import byte_level, sentence_piece

TARGET = pathlib.Path(__file__).resolve().parents[1] / "fixtures/lm-eval/stops.json.gz"
FIXED = ["", "\n\n", "a", " ", "\ufffd", "<s>", "<unk>", "</s>", "<|endoftext|>", "<0x61>", "▁", "e</s>", "<s>a", "é"]


def stop_of(r, tokenizer, ids):
    """A text out of some of the tokens to come, or one of the fixed ones."""
    if r.random() < 0.4:
        return r.choice(FIXED)
    start = r.randrange(len(ids))
    text = tokenizer.decode(ids[start : start + r.randint(1, 6)], skip_special_tokens=r.random() < 0.3)
    cut = r.randrange(len(text) + 1)
    return text[cut : cut + r.randint(1, 12)]


def tokens_of(r, tokenizer):
    """Whole words, spelled in single bytes now and then, and tokens at random."""
    ids = []
    while len(ids) < 24:
        kind = r.random()
        if kind < 0.4:
            ids += tokenizer.encode(r.choice(["the river", "café", "日本", "a\n\nb", "x y"]), add_special_tokens=False)
        elif kind < 0.6 and "<0x61>" in tokenizer.get_vocab():
            ids += [tokenizer.convert_tokens_to_ids(f"<0x{byte:02X}>") for byte in r.choice(["the", "é", "日", "\n\n"]).encode()]
        else:
            ids.append(r.randrange(1, len(tokenizer)))
    return [token for token in ids if token != tokenizer.eos_token_id or r.random() < 0.5][: r.randint(1, 24)]


def generation(tokenizer, ids, stops):
    """The number of tokens and the text of a generation that would go on like `ids`, as HFLM.generate_until has them."""
    until = handle_stop_sequences(list(stops), eos=tokenizer.decode(tokenizer.eos_token_id, skip_special_tokens=False))
    criteria = stop_sequences_criteria(tokenizer, until, 0, 1)
    for n in range(1, len(ids) + 1):
        stopped = criteria(torch.tensor([ids[:n]]), None)
        if bool(torch.as_tensor(stopped).any()) or ids[n - 1] == tokenizer.eos_token_id:
            break
    text = tokenizer.decode(ids[:n], skip_special_tokens=True)
    return n, postprocess_generated_text(text, until, None)


def main():
    r = random.Random(1)
    tokenizers = {"byte-level": byte_level(), "sentence-piece": sentence_piece()}
    cases = []
    for name, tokenizer in tokenizers.items():
        for _ in range(400):
            ids = tokens_of(r, tokenizer) or [5]
            stops = [stop_of(r, tokenizer, ids) for _ in range(r.randint(0, 3))]
            n, text = generation(tokenizer, ids, stops)
            cases.append({"tokenizer": name, "ids": ids, "stops": stops, "nTokens": n, "text": text})
    about = {name: {"json": json.loads(t.backend_tokenizer.to_str()), "eos": t.eos_token_id} for name, t in tokenizers.items()}
    body = json.dumps({"versions": run.VERSIONS, "tokenizers": about, "cases": cases})
    TARGET.write_bytes(gzip.compress(body.encode(), 9, mtime=0))
    print(len(cases), "cases,", sum(c["nTokens"] < len(c["ids"]) for c in cases), "stopped early,", TARGET.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
