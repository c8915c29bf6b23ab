"""Models for tokenizer files made at random: vocabularies that show every cut, trained ones, and ones made up."""

import json

import tokenizer_zoo
from tokenizers import Tokenizer, models, trainers

EMPTY = {"type": "WordLevel", "vocab": {"[UNK]": 0}, "unk_token": "[UNK]"}
BYTE_TOKENS = [f"<0x{b:02X}>" for b in range(256)]


def pipeline(file, model):
    """The reference with the file's way to the model, or None where it refuses that."""
    way = {"version": "1.0", "added_tokens": [], "normalizer": file["normalizer"], "pre_tokenizer": file["pre_tokenizer"], "model": model}
    try:
        return Tokenizer.from_str(json.dumps(way))
    except BaseException:  # a panic of the reference is no Exception
        return None


def pieces_of(file, strings):
    """The pieces that reach the model, some of them doubtful where the reference fails."""
    tokenizer = pipeline(file, EMPTY)
    pieces = []
    for text in strings:
        try:
            text = tokenizer.normalizer.normalize_str(text) if tokenizer.normalizer else text
            pieces += [p for p, _ in tokenizer.pre_tokenizer.pre_tokenize_str(text)] if tokenizer.pre_tokenizer else [text]
        except BaseException:
            pieces.append(text)
    return pieces


def alphabet_of(pieces):
    return sorted(set("".join(pieces)))


def numbered(rng, tokens):
    """Ids for tokens: in order, shuffled, or with gaps."""
    tokens = list(dict.fromkeys(tokens))
    ids = list(range(len(tokens)))
    kind = rng.random()
    if kind < 0.15:
        rng.shuffle(ids)
    elif kind < 0.25:
        ids = [i * 3 + 5 for i in ids]
    return dict(zip(tokens, ids, strict=True))


def affixed(rng, alphabet, prefix):
    return [*alphabet, *(prefix + c for c in alphabet)]


def revealing_word_piece(rng, pieces):
    """Every character, at the front of a piece and behind it: equal ids are equal pieces."""
    prefix = rng.choice(["##"] * 4 + ["▁#", "@@ "])
    tokens = ["[UNK]", *affixed(rng, alphabet_of(pieces), prefix)]
    if rng.random() < 0.3:
        tokens += [p[: rng.randint(1, 4)] for p in rng.sample(pieces, min(40, len(pieces)))]
    most = rng.choice([100, 100, 1000, 3, 10])
    return {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": prefix, "max_input_chars_per_word": most, "vocab": numbered(rng, tokens)}


def merged(rng, alphabet, count, prefix=""):
    """Random merges, half of them of what other merges made."""
    tokens, merges = list(alphabet), []
    for _ in range(count if tokens else 0):
        left, right = rng.choice(tokens), rng.choice(tokens)
        if prefix and not right.startswith(prefix):
            continue
        joined = left + right[len(prefix) :]
        if len(joined) > 12:
            continue
        merges.append([left, right])
        tokens.append(joined)
    return tokens, merges


def frequent(rng, pieces, count):
    """The characters that occur most, so that random merges are met."""
    text = "".join(pieces)
    return sorted(set(text), key=lambda c: (-text.count(c), c))[:count]


def byte_tokens(rng):
    kind = rng.random()
    return BYTE_TOKENS if kind < 0.4 else rng.sample(BYTE_TOKENS, 200) if kind < 0.6 else []


def bpe_options(rng, unk="<unk>"):
    return {
        "dropout": rng.choice([None, None, None, 0.0]), "unk_token": rng.choice([None, unk, unk, unk, "missing"] if rng.random() < 0.3 else [None, unk]),
        "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": rng.random() < 0.5,
        "byte_fallback": rng.random() < 0.4, "ignore_merges": rng.random() < 0.3,
    }  # fmt: skip


def made_up_bpe(rng, pieces):
    model = {"type": "BPE", **bpe_options(rng)}
    prefix, suffix = rng.choice(["", "", "##"]), rng.choice(["", "", "</w>"])
    model["continuing_subword_prefix"], model["end_of_word_suffix"] = prefix or None, suffix or None
    everything = alphabet_of(pieces)
    known = everything if rng.random() < 0.5 else rng.sample(everything, len(everything) * 2 // 3)
    base = [*known, *(prefix + c for c in known if prefix), *(c + suffix for c in known if suffix)]
    base += [prefix + c + suffix for c in known if prefix and suffix]
    common = frequent(rng, pieces, 12)
    merging = [c for c in base if any(c == prefix + x + suffix or c in (x, prefix + x, x + suffix) for x in common)]
    tokens, merges = merged(rng, merging, rng.choice([0, 30, 200]), prefix)
    whole = [p for p in rng.sample(pieces, min(20, len(pieces))) if p] if model["ignore_merges"] else []
    model["vocab"] = numbered(rng, ["<unk>", *base, *byte_tokens(rng), *tokens, *whole])
    model["merges"] = [" ".join(m) for m in merges] if not any(" " in t for m in merges for t in m) and rng.random() < 0.5 else merges
    return model


def trained_bpe(rng, file, pieces):
    options = bpe_options(rng)
    model = {"type": "BPE", **options, "vocab": {}, "merges": []}
    tokenizer = pipeline(file, model)
    if tokenizer is None:
        return made_up_bpe(rng, pieces)
    trainer = trainers.BpeTrainer(vocab_size=rng.choice([150, 400, 700]), special_tokens=["<unk>", *byte_tokens(rng)], show_progress=False)
    try:
        tokenizer.train_from_iterator(tokenizer_zoo.TEXT, trainer)
    except BaseException:
        return made_up_bpe(rng, pieces)
    trained = json.loads(tokenizer.to_str())["model"]
    trained["unk_token"] = options["unk_token"]
    if rng.random() < 0.2:
        missing = rng.choice([t for t in trained["vocab"] if len(t) == 1] or ["x"])
        trained["merges"] = [m for m in trained["merges"] if missing not in "".join(m)]
        trained["vocab"] = {t: i for t, i in trained["vocab"].items() if missing not in t}
    return trained


def unigram(rng, pieces):
    known = [c for c in alphabet_of(pieces) if rng.random() < 0.9]
    longer = {p[i : i + rng.randint(2, 5)] for p in rng.sample(pieces, min(150, len(pieces))) for i in range(0, len(p), 3)}
    tokens = list(dict.fromkeys(["<unk>", *known, *byte_tokens(rng), *sorted(longer - {""})]))
    score = rng.choice([lambda: -rng.random() * 12, lambda: -float(rng.randint(0, 6)), lambda: -round(rng.random() * 20, rng.randint(1, 17)), lambda: rng.random() * 5 - 2])
    model = {"type": "Unigram", "unk_id": rng.choice([0, 0, 0, None, 1, 5]), "vocab": [[t, score()] for t in tokens], "byte_fallback": rng.random() < 0.4}
    if rng.random() < 0.2:
        model["vocab"].append([rng.choice(tokens), -1])
    return model


def word_level(rng, pieces):
    tokens = ["[UNK]", *rng.sample(pieces, len(pieces) // 2)]
    return {"type": "WordLevel", "vocab": numbered(rng, tokens), "unk_token": "[UNK]" if rng.random() < 0.9 else "missing"}


def odd_word_piece(rng, pieces):
    model = revealing_word_piece(rng, pieces)
    model["continuing_subword_prefix"] = rng.choice(["", "##", "▁", "a", "é"])
    model["unk_token"] = rng.choice(["[UNK]", "[UNK]", "missing", "a"])
    return model


def random_model(rng, file, strings):
    pieces = pieces_of(file, strings) or ["a"]
    kind = rng.random()
    if kind < 0.35:
        return revealing_word_piece(rng, pieces)
    if kind < 0.55:
        return trained_bpe(rng, file, pieces)
    if kind < 0.78:
        return made_up_bpe(rng, pieces)
    if kind < 0.9:
        return unigram(rng, pieces)
    if kind < 0.95:
        return odd_word_piece(rng, pieces)
    return word_level(rng, pieces)
