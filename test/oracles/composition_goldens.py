"""Writes test/fixtures/tokenizer/compositions.json.br: small random tokenizer files and what `tokenizers` 0.23.2 makes of some texts.

usage: python3 test/oracles/composition_goldens.py

A list of {name, file, texts, encoded, ids, decoded, streamed}, as tokenizer_compositions.py compares them: encoded holds
[ids, idsWithoutSpecials, text, textWithSpecials] for each text, decoded [text, textWithSpecials] and streamed [pieces,
piecesWithSpecials] for each list of ids; null stands for what the reference fails on, and pieces end before its first error.
"""

import json
import pathlib
import subprocess

import tokenizers

import family_files
import random_tokenizer_files as files
from tokenizer_compositions import ALLOWED, RANDOM_IDS, Addon, in_a_child, quiet_panics, reference

OUT = pathlib.Path(__file__).parent.parent / "fixtures" / "tokenizer" / "compositions.json.br"
TEXTS = 9
FILES, PATTERNS = range(84), range(60)
MOST = 20_000
# Python has no brotli of its own.
COMPRESS = "process.stdout.write(zlib.brotliCompressSync(fs.readFileSync(0), { params: { [zlib.constants.BROTLI_PARAM_LGWIN]: 24 } }))"


def candidates():
    yield from ((f"file {seed}", *files.random_file(f"golden {seed}", TEXTS)) for seed in FILES)
    yield from ((f"pattern {seed}", *files.pattern_file(f"golden {seed}", TEXTS)) for seed in PATTERNS)
    yield from (golden for golden in family_files.family_files(1, TEXTS) if ", removed" not in golden[0])


def failing_as_null(answers):
    return [None if isinstance(answer, str) else answer for answer in answers]


def is_allowed(answer):
    return isinstance(answer, str) and ALLOWED.search(answer)


def main():
    assert tokenizers.__version__ == "0.23.2", tokenizers.__version__
    quiet_panics()
    addon, goldens = Addon(), []
    for name, file, texts in candidates():
        theirs = in_a_child(lambda: reference(name, json.dumps(file), texts))
        ours = addon.examine(json.dumps(file), texts, theirs["ids"])
        if "refused" in theirs or "refused" in ours or any(is_allowed(answer) for answer in ours["encoded"]):
            continue
        # Lists of random ids, and those of the first texts.
        ids, decoded, streamed = (theirs[kind][:4] + theirs[kind][RANDOM_IDS : RANDOM_IDS + 4] for kind in ("ids", "decoded", "streamed"))
        encoded = failing_as_null(theirs["encoded"])
        if len(str(encoded)) > MOST:  # padded to thousands
            continue
        answers = {"encoded": encoded, "ids": ids, "decoded": failing_as_null(decoded), "streamed": streamed}
        goldens.append({"name": name, "file": file, "texts": texts, **answers})
    text = json.dumps(goldens, ensure_ascii=False)
    OUT.write_bytes(subprocess.run(["node", "-e", COMPRESS], input=text.encode(), stdout=subprocess.PIPE, check=True).stdout)
    print(f"{len(goldens)} files, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
