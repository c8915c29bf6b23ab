"""Compares the addon with `tokenizers` 0.23.2 on random strings, for every tokenizer of the zoo or for given files.

usage: python3 test/oracles/tokenizers_fuzz.py [--strings N] [--points] [--documents DIR [--bytes N]] [--full DIR]
                                               [--seed S] [--text DIR] [--only NAME,...] [--jobs N] [FILE...]

--strings   random strings a tokenizer: splices of edge strings, of text (--text) and of the tokenizer's own added tokens,
            and random code points by class
--points    every code point alone, doubled, and between letters and spaces (3.3 million strings)
--documents every file under DIR in pieces of 0.2 to 2 thousand characters, until --bytes of text are read
--full DIR  the whole proof: a million strings, every code point, and 20 MB of documents of DIR

Decoding is compared on the ids of every string. The exit status is 1 when anything differed.
"""

import argparse
import concurrent.futures
import itertools
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import tokenizers

import tokenizer_zoo

HERE = pathlib.Path(__file__).parent
EDGES = [
    "", " ", "  ", "   ", "\n", "\r\n", "\t", "\u0085", "\u00a0", "\u2028", "\u3000", "\ufeff", "\u200b", "\u180e", "\u200d",
    "'s", "'S", "'ſ", "'re", "'Ll", "\n's", "''ll", "a'b", "12345678", "½", "²³", "①②③", "٣٤٥", "e\u0301", "a\u0301\u0323",
    "\u0301", "\u0301\u0301", "ﬁ", "Å", "Å", "\u0eb3", "\u0eb3x", "a\u302e\u1b44b", "a\u1b44\u302e", "abyz acd\bxy", "각", "\u1100\u1161\u11a8", "\u07fd\u0327", "\u1df6", "ß", "ẞ", "İ", "ſ", "K",
    "漢字", "ひらがな", "カタカナ", "ｶﾞ", "한글", "ไทย", "हिन्दी", "🙂", "👨‍👩‍👧", "🇫🇷", "\U0001f3fb", "©\u200d®", "\u0600a", "Σ", "ΟΔΟΣ", "ǅ",
    "HTTPServer", "camelCase", "iPhone's", "x/y//z", "://", "...\n\n", " \n ", "\n \n", " \t\n", "a  b", "  a", "a  ", "▁", "▁▁", "a▁b",
    "<0x41>", "<unk>", "</s>", "\x00", "\x01", "\x7f", "\ufffd", "\U0010ffff", "``", "''", "don't", "do not", " .", " ,", "…", "،", "۔", "_a_", "__",
    "the quick", "WORD", "word", "Abcd", "ABC", "b c", " left", "right ", "WORDs", "Raw", "raw", "<sep>", "<se", "<mask>", "<Norm>", "<norm>", "é",
]  # fmt: skip
POOLS = [
    (0x20, 0x7F), (0x00, 0x20), (0x80, 0x250), (0x300, 0x370), (0x370, 0x600), (0x590, 0x780), (0x900, 0xE00), (0xE00, 0x1200),
    (0x1E00, 0x2000), (0x2000, 0x2100), (0x2100, 0x2C00), (0x3000, 0x3400), (0x4E00, 0x4F00), (0xAC00, 0xAD00), (0xF900, 0xFB50),
    (0xFE00, 0x10000), (0x1F300, 0x1FB00), (0x10000, 0x11000), (0, 0xD800), (0xE000, 0x110000),
]  # fmt: skip


def random_string(rng, text, added):
    parts = []
    for _ in range(rng.randint(1, 6)):
        kind = rng.random()
        if kind < 0.4:
            parts.append(rng.choice(EDGES))
        elif kind < 0.6 and text:
            at = rng.randrange(len(text))
            parts.append(text[at : at + rng.randint(1, 40)])
        elif kind < 0.7 and added:
            parts.append(rng.choice(added))
        elif kind < 0.8:
            parts.append(rng.choice(EDGES) * rng.randint(2, 5))
        else:
            low, high = rng.choice(POOLS)
            parts.append("".join(chr(rng.randrange(low, high)) for _ in range(rng.randint(1, 8))))
    return "".join(c for c in "".join(parts) if not 0xD800 <= ord(c) <= 0xDFFF)


def code_point_strings():
    for start in range(0, 0x110000, 64):
        points = [chr(c) for c in range(start, start + 64) if not 0xD800 <= c <= 0xDFFF]
        yield from points
        yield from (c + c for c in points)
        yield from (f"a{c}b {c} {c}1" for c in points)


def text_files(directory):
    """Texts of the files under `directory`, in an order that mixes their kinds: the same on every run."""
    files = sorted(p for p in pathlib.Path(directory).rglob("*") if p.is_file() and p.stat().st_size < 1 << 20)
    random.Random(0).shuffle(files)
    return (p.read_text(errors="ignore") for p in files)


def corpus(directory):
    if directory is None:
        return "".join(tokenizer_zoo.TEXT)
    return "".join(itertools.islice(text_files(directory), 2000))


def documents(directory, size):
    rng = random.Random(0)
    for text in text_files(directory):
        at = 0
        while at < len(text):
            document = text[at : at + rng.randint(200, 2000)]
            yield document
            at += len(document)
            size -= len(document.encode())
            if size <= 0:
                return
    print(f"{directory} holds {size} bytes of text too few", file=sys.stderr)


class Addon:
    def __init__(self, file, flags):
        command = ["node", str(HERE / "encode_lines.mjs"), file, str(flags)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def encode(self, texts):
        self.process.stdin.write(json.dumps(texts) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def same(theirs, ours):
    if isinstance(theirs, str) or isinstance(ours, str):
        return isinstance(theirs, str) and isinstance(ours, str)
    return theirs == ours


def expected(tokenizer, texts):
    try:
        encodings = tokenizer.encode_batch_fast(texts, add_special_tokens=True)
        return [answer(tokenizer, e.ids) for e in encodings]
    except BaseException as error:  # a panic of the reference is no Exception
        if len(texts) == 1:
            return [f"{type(error).__name__}: {error}"]
        return [expected(tokenizer, [text])[0] for text in texts]


def answer(tokenizer, ids):
    return [ids, tokenizer.decode(ids), tokenizer.decode(ids, skip_special_tokens=False)]


def compare(name, file, batches, shown=3):
    tokenizer = tokenizers.Tokenizer.from_file(file)
    addon = Addon(file, 1 | 4 | 8 | 16)
    strings = differing = 0
    for texts in batches:
        strings += len(texts)
        for text, theirs, ours in zip(texts, expected(tokenizer, texts), addon.encode(texts), strict=True):
            if same(theirs, ours):
                continue
            differing += 1
            if differing <= shown:
                print(f"  {name}: {text!r}\n    reference {str(theirs)[:300]}\n    addon     {str(ours)[:300]}", flush=True)
    addon.close()
    print(f"{name}: {strings} strings, {differing} differ", flush=True)
    return differing


def batches_of(strings, size=2000):
    batch = []
    for string in strings:
        batch.append(string)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def strings_of(options, name, file, text):
    """What is compared for one tokenizer, kind by kind."""
    if options.documents is not None:
        yield "documents", documents(options.documents, options.bytes)
    if options.points:
        yield "code points", code_point_strings()
    if options.strings > 0:
        rng = random.Random(f"{options.seed} {name}")
        added = [t["content"] for t in json.load(open(file))["added_tokens"]]
        yield "strings", (random_string(rng, text, added) for _ in range(options.strings))


def parse_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*")
    parser.add_argument("--strings", type=int, default=None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--points", action="store_true")
    parser.add_argument("--documents")
    parser.add_argument("--bytes", type=int, default=20_000_000)
    parser.add_argument("--full")
    parser.add_argument("--text")
    parser.add_argument("--only")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    if options.full is not None:
        options.strings, options.points, options.documents, options.text = 1_000_000, True, options.full, options.full
    if options.strings is None:
        options.strings = 0 if options.points or options.documents else 20_000
    return options


def main():
    options = parse_options()
    assert tokenizers.__version__ == "0.23.2", tokenizers.__version__
    text = corpus(options.text)
    with tempfile.TemporaryDirectory() as directory, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        files = {f: f for f in options.files}
        if options.only or not files:
            for name in options.only.split(",") if options.only else tokenizer_zoo.ZOO:
                files[name] = os.path.join(directory, name + ".json")
                tokenizer_zoo.ZOO[name]().save(files[name])
        work = [
            pool.submit(compare, f"{name}, {kind}", file, batches_of(strings))
            for name, file in files.items()
            for kind, strings in strings_of(options, name, file, text)
        ]
        failed = sum(job.result() > 0 for job in work)
    print(f"{len(files)} tokenizers, {failed} with differences")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
