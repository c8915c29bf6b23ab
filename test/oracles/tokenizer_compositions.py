"""Compares the addon with `tokenizers` 0.23.2 on tokenizer files that are put together at random, and on random patterns.

usage: python3 test/oracles/tokenizer_compositions.py [--files N] [--patterns N] [--families N] [--from SEED] [--strings N]
                                                      [--show N] [--list]

--files     files of random components, seeds from --from on; each on --strings random strings and splices of its tokens
--patterns  files with one random regular expression, which must cut alike or be refused by name
--families  the components of real families, each around so many random vocabularies
--list      also print which files the addon refuses though the reference takes them, and why

Compared: whether the file loads, ids with special tokens and without (truncation and padding as stored), decoding of these
ids and of random ones with special tokens and without, and id by id as far as the reference's DecodeStream goes without an
error; within the addon, batches with single texts, and that no streamed piece ends within a character. Exit status 1
when anything differed, or a refusal was for none of the documented reasons.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import re
import resource
import signal
import subprocess
import sys

import tokenizers

import family_files
import random_tokenizer_files

HERE = pathlib.Path(__file__).parent
# What docs/tokenizer.md says is refused.
DOCUMENTED = [r"is not supported \(at byte", "dropout", "one sequence or two", "uses the second sequence", "special_tokens lack", '"type" of the', 'to have "type"', "unknown .* type"]
# Errors that are documented though the reference gives ids: its arithmetic wraps, a pattern takes long, or the text that
# cannot be encoded is behind a truncation, where it never looks.
ALLOWED = re.compile("fewer than the special tokens it adds|too many steps")
# Lists of random ids for each file; and of so many strings, so many ids are decoded and streamed with them.
RANDOM_IDS, STREAMED_STRINGS, STREAMED_IDS = 40, 20, 200
ALLOWED_WHEN_CUT = re.compile(f"{ALLOWED.pattern}|outside the vocabulary")


class Addon:
    def __init__(self):
        command = ["node", str(HERE / "answer_lines.mjs")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def examine(self, file, texts, ids):
        self.process.stdin.write(json.dumps({"file": file, "texts": texts, "ids": ids}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the addon died (exit {self.process.wait()})"
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def attempt(body):
    try:
        return body()
    except BaseException as error:  # a panic of the reference is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        return f"{type(error).__name__}: {error}"


def texts_of(tokenizer, ids):
    return [tokenizer.decode(ids), tokenizer.decode(ids, skip_special_tokens=False)]


def pieces_of(tokenizer, ids, skip):
    """What DecodeStream says to each id ("" for nothing yet), up to its first error: it fails where text said already changes."""
    stream, pieces = tokenizers.decoders.DecodeStream(skip_special_tokens=skip), []
    for one in ids:
        try:
            pieces.append(stream.step(tokenizer, one) or "")
        except BaseException as error:  # a panic of the reference is no Exception
            if isinstance(error, KeyboardInterrupt):
                raise
            break
    return pieces


def answer(tokenizer, text):
    ids = tokenizer.encode(text).ids
    return [ids, tokenizer.encode(text, add_special_tokens=False).ids, *texts_of(tokenizer, ids)]


def has_rivals(tokenizer):
    """Whether added tokens are equal once normalized, or empty: the reference chooses by the order of a hash table then."""
    tokens = [t for t in tokenizer.get_added_tokens_decoder().values() if t.normalized]
    forms = [tokenizer.normalizer.normalize_str(t.content) if tokenizer.normalizer else t.content for t in tokens]
    return len(set(forms)) < len(forms) or "" in forms


def inserts_at_front(section):
    """Whether a Replace puts something in before the text: the reference's alignments break then, and ByteLevel with them."""
    if not isinstance(section, dict):
        return False
    if section.get("type") == "Sequence":
        return any(map(inserts_at_front, section["normalizers"]))
    if section.get("type") != "Replace":
        return False
    (kind, text), = section["pattern"].items()
    replace = tokenizers.normalizers.Replace(text if kind == "String" else tokenizers.Regex(text), "x")
    return any(replace.normalize_str(c).startswith("x") for c in "\ue000a ")


def random_ids(seed, tokenizer):
    rng = random.Random(f"ids {seed}")
    size = tokenizer.get_vocab_size() + 3
    return [[rng.randrange(size) for _ in range(rng.randint(0, 12))] for _ in range(RANDOM_IDS)]


def reference(seed, text, strings):
    tokenizer = attempt(lambda: tokenizers.Tokenizer.from_str(text))
    if isinstance(tokenizer, str):
        return {"refused": tokenizer, "ids": []}
    if has_rivals(tokenizer):
        return {"refused": "two added tokens are the same once normalized, and chance decides", "ids": []}
    if "ByteLevel" in text and inserts_at_front(json.loads(text).get("normalizer")):
        return {"refused": "a normalizer inserts before the text, and ByteLevel follows", "ids": []}
    encoded = [attempt(lambda: answer(tokenizer, s)) for s in strings]
    ids = random_ids(seed, tokenizer) + [some[0][:STREAMED_IDS] for some in encoded[:STREAMED_STRINGS] if isinstance(some, list)]
    decoded = [attempt(lambda: texts_of(tokenizer, some)) for some in ids]
    streamed = [[pieces_of(tokenizer, some, skip) for skip in (True, False)] for some in ids]
    return {"encoded": encoded, "ids": ids, "decoded": decoded, "streamed": streamed}


def in_a_child(body):
    """What body() returns, made in a process of its own: some files make the reference take all memory, or for ever."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        signal.alarm(30)
        with os.fdopen(writing, "w", encoding="utf-8") as out:
            json.dump(body(), out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as result:
        text = result.read()
    os.waitpid(child, 0)
    return json.loads(text) if text.endswith("}") else {"refused": "the reference died", "ids": []}


def differences(strings, theirs, ours, allowed):
    """(kind, input, theirs, ours) for what differs. Where the reference fails or panics, nothing is asked for."""
    for kind, inputs in (("encoded", strings), ("decoded", theirs["ids"])):
        for given, expected, got in zip(inputs, theirs[kind], ours[kind], strict=True):
            if not isinstance(expected, str) and expected != got and not (isinstance(got, str) and allowed.search(got)):
                yield kind, given, expected, got
    for given, expected, got in zip(theirs["ids"], theirs["streamed"], ours["streamed"], strict=True):
        got = got if isinstance(got, str) else [mine[: len(some)] for some, mine in zip(expected, got, strict=True)]
        if expected != got:
            yield "streamed", given, expected, got
    for note in ours["notes"]:
        yield "within", note, None, None


def without_vocabulary(file):
    model = file.get("model")
    if isinstance(model, dict):
        model = {k: v if k not in ("vocab", "merges") else f"{len(v)} entries" if isinstance(v, dict | list) else v for k, v in model.items()}
    return json.dumps({**file, "model": model}, ensure_ascii=False)[:1500]


class Comparison:
    def __init__(self, options):
        self.options, self.addon = options, Addon()
        self.counts, self.reasons, self.looser = collections.Counter(), collections.Counter(), collections.Counter()

    def show(self, seed, file, found):
        for kind, given, expected, got in found[: self.options.show]:
            print(f"  {kind} {given!r}\n    reference {str(expected)[:400]}\n    addon     {str(got)[:400]}")
        print(f"{seed}: {len(found)} differ: {without_vocabulary(file)}", flush=True)

    def compare(self, seed, file, strings):
        text = json.dumps(file, ensure_ascii=False)
        theirs = in_a_child(lambda: reference(seed, text, strings))
        ours = self.addon.examine(text, strings, theirs["ids"])
        self.counts["files"] += 1
        if "refused" in theirs or "refused" in ours:
            return self.judge_refusal(seed, file, theirs, ours)
        self.counts["compared"] += 1
        self.counts["streams"] += 2 * len(theirs["ids"])
        self.counts["streams that the reference ends in an error"] += sum(len(s) < len(i) for i, two in zip(theirs["ids"], theirs["streamed"]) for s in two)
        self.counts["strings"] += len(strings) + len(theirs["ids"])
        self.counts["too many steps"] += sum(isinstance(e, str) and "too many steps" in e for e in ours["encoded"])
        self.counts["strings that the reference fails on"] += sum(isinstance(e, str) for e in theirs["encoded"])
        allowed = ALLOWED_WHEN_CUT if file.get("truncation") else ALLOWED
        found = list(differences(strings, theirs, ours, allowed))
        if found:
            self.counts["differing"] += 1
            self.show(seed, file, found)

    def judge_refusal(self, seed, file, theirs, ours):
        if "refused" in theirs and "refused" in ours:
            self.counts["refused by both"] += 1
        elif "refused" in ours:
            known = any(re.search(reason, ours["refused"]) for reason in DOCUMENTED)
            self.counts["refused by the addon" + ("" if known else ", not documented")] += 1
            self.reasons[re.sub(r"pattern `.*` has", "pattern has", re.sub(r"\(at byte.*", "", ours["refused"]), flags=re.S)[:120]] += 1
            if self.options.list or not known:
                print(f"{seed}: refused: {ours['refused'][:300]}\n  {'' if known else without_vocabulary(file)}", flush=True)
        else:
            self.counts["refused by the reference only"] += 1
            self.looser[re.sub(r"\d+", "N", theirs["refused"])[:100]] += 1
            if self.options.list:
                print(f"{seed}: only the reference refuses: {theirs['refused'][:200]}\n  {without_vocabulary(file)}", flush=True)


def parse_options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=0)
    parser.add_argument("--patterns", type=int, default=0)
    parser.add_argument("--families", type=int, default=0)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--strings", type=int, default=200)
    parser.add_argument("--show", type=int, default=1)
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


def quiet_panics():
    """The reference tells of its panics on stderr, thousands of them; ours go to a copy of it."""
    sys.stderr = os.fdopen(os.dup(2), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def main():
    assert tokenizers.__version__ == "0.23.2", tokenizers.__version__
    options = parse_options()
    quiet_panics()
    comparison = Comparison(options)
    for seed in range(options.first, options.first + options.files):
        comparison.compare(f"file {seed}", *random_tokenizer_files.random_file(f"file {seed}", options.strings))
    for seed in range(options.first, options.first + options.patterns):
        comparison.compare(f"pattern {seed}", *random_tokenizer_files.pattern_file(f"pattern {seed}", options.strings))
    for name, file, strings in family_files.family_files(options.families, options.strings) if options.families else ():
        comparison.compare(name, file, strings)
    comparison.addon.close()
    for table in (comparison.reasons, comparison.looser):
        for reason, count in table.most_common(60):
            print(f"{count:6} {reason}")
    print(dict(comparison.counts))
    sys.exit(1 if comparison.counts["differing"] or comparison.counts["refused by the addon, not documented"] else 0)


if __name__ == "__main__":
    main()
