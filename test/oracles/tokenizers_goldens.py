"""Writes test/fixtures/tokenizer/: the tokenizers of the zoo, and what `tokenizers` 0.23.2 makes of some strings.

usage: python3 test/oracles/tokenizers_goldens.py

NAME.json.gz is a tokenizer.json. goldens.json.gz holds {strings, tokenizers: {NAME: [[ids, idsWithoutSpecials, text], ...]}}
in the order of the strings; null stands for a string that the reference fails on.
"""

import gzip
import json
import pathlib
import random

import tokenizers

import tokenizer_zoo
from tokenizers_fuzz import EDGES, random_string

FIXTURES = pathlib.Path(__file__).parent.parent / "fixtures" / "tokenizer"


def strings():
    rng = random.Random(20)
    text = "".join(tokenizer_zoo.TEXT)
    specials = ["<|endoftext|>", "[MASK]", "<|user|>", "</s>", "<|bos|>", "[CLS]", "<gap>", "    "]
    yield from EDGES
    yield from tokenizer_zoo.TEXT[: len(tokenizer_zoo.TEXT) // 3]
    yield from ("a" * 300, " " * 300, "-" * 300, "漢" * 100, "e" + "\u0301" * 200, "<|user|>  " * 20)
    for _ in range(160):
        yield random_string(rng, text, specials)


def expected(tokenizer, text):
    try:
        ids = tokenizer.encode(text).ids
        return [ids, tokenizer.encode(text, add_special_tokens=False).ids, tokenizer.decode(ids)]
    except BaseException:  # a panic of the reference is no Exception
        return None


def write(path, text):
    with gzip.GzipFile(path, "wb", mtime=0) as file:
        file.write(text.encode())


def main():
    assert tokenizers.__version__ == "0.23.2", tokenizers.__version__
    FIXTURES.mkdir(parents=True, exist_ok=True)
    texts = list(strings())
    answers = {}
    for name, make in tokenizer_zoo.ZOO.items():
        file = make().to_str()
        write(FIXTURES / f"{name}.json.gz", file)
        tokenizer = tokenizers.Tokenizer.from_str(file)
        answers[name] = [expected(tokenizer, text) for text in texts]
    write(FIXTURES / "goldens.json.gz", json.dumps({"strings": texts, "tokenizers": answers}, ensure_ascii=False))


if __name__ == "__main__":
    main()
