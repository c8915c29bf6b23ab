"""Tokenizer files put together at random: any component with any option, as the library writes them or as people edit them."""

import base64
import random
import string

import tokenizer_zoo
from random_patterns import LITERALS, random_pattern
from random_vocabularies import random_model, revealing_word_piece
from tokenizers_fuzz import random_string

TEXT = "".join(tokenizer_zoo.TEXT)

SOME = ["a", "e", " ", "  ", "the", "ab", ".", ",", "▁", "Ġ", "é", "\n", "漢", "##", "\u0301", "s", "1", "'s", "▁▁", "x", "<", "``"]
BEHAVIORS = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]
MARKS = ["▁", "_", "Ġ", " ", "a", "é", "🙂"]


def flag(rng):
    return rng.random() < 0.5


def some(rng):
    return rng.choice(SOME)


def real_patterns():
    names = ("GPT2", "CL100K", "TIKTOKEN", "QWEN", "O200K", "BLOOM", "CLIP", "DEEPSEEK", "HAN")
    return [getattr(tokenizer_zoo, name) for name in names] + [r" {2,}", r"\s+", r"\p{N}{1,3}", r"[^\w\s]+", r"\n|\r", r"'"]


def pattern(rng):
    if rng.random() < 0.5:
        return {"String": some(rng) if rng.random() < 0.95 else ""}
    return {"Regex": rng.choice(real_patterns()) if rng.random() < 0.4 else random_pattern(rng)}


def sequence(rng, of, members):
    count = rng.choice([0, 1, 1, 1, 2, 2, 3, 4])
    if count == 0:
        return None
    steps = [of(rng) for _ in range(count)]
    if rng.random() < 0.1:
        at = rng.randrange(len(steps))
        steps[at] = {"type": "Sequence", members: [steps[at], of(rng)]}
    return steps[0] if count == 1 and flag(rng) else {"type": "Sequence", members: steps}


NORMALIZERS = [
    *[lambda rng, form=form: {"type": form} for form in ("NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt", "ByteLevel")],
    lambda rng: {"type": "Strip", "strip_left": flag(rng), "strip_right": flag(rng)},
    lambda rng: {"type": "Replace", "pattern": pattern(rng), "content": rng.choice(["", " ", "▁", "x", "ab", "é"])},
    lambda rng: {"type": "Replace", "pattern": pattern(rng), "content": rng.choice(["", " ", "▁", "x", "ab", "é"])},
    lambda rng: {"type": "Prepend", "prepend": rng.choice(["▁", "a", "  ", "é", "ab"])},
    lambda rng: {
        "type": "BertNormalizer", "clean_text": flag(rng), "handle_chinese_chars": flag(rng),
        "strip_accents": rng.choice([None, True, False]), "lowercase": flag(rng),
    },  # fmt: skip
    lambda rng: {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(charsmap()).decode()},
]


def charsmap(made=[]):
    if not made:
        made.append(tokenizer_zoo.charsmap())
    return made[0]


def metaspace(rng, more=True):
    section = {"type": "Metaspace", "replacement": rng.choice(MARKS[:1] * 6 + MARKS)}
    if rng.random() < 0.85:
        section["prepend_scheme"] = rng.choice(["always", "first", "never"])
    if rng.random() < 0.2:
        section["add_prefix_space"] = flag(rng)
    if rng.random() < 0.8:
        section["split"] = flag(rng)
    if rng.random() < 0.1:
        section["str_rep"] = "▁"
    return section


def byte_level(rng):
    section = {"type": "ByteLevel", "add_prefix_space": flag(rng), "trim_offsets": flag(rng), "use_regex": flag(rng)}
    if rng.random() < 0.2:
        del section["use_regex"]
    return section


PRE_TOKENIZERS = [
    *[lambda rng, kind=kind: {"type": kind} for kind in ("Whitespace", "WhitespaceSplit", "BertPreTokenizer", "UnicodeScripts")],
    *[byte_level] * 2,
    *[metaspace] * 2,
    *[lambda rng: {"type": "Split", "pattern": pattern(rng), "behavior": rng.choice(BEHAVIORS), "invert": flag(rng)}] * 4,
    lambda rng: {"type": "Punctuation", "behavior": rng.choice(BEHAVIORS)} if rng.random() < 0.9 else {"type": "Punctuation"},
    lambda rng: {"type": "Digits", "individual_digits": flag(rng)},
    lambda rng: {"type": "CharDelimiterSplit", "delimiter": rng.choice(["e", " ", "▁", "é", "\n"])},
    lambda rng: {"type": "FixedLength", "length": rng.choice([1, 2, 3, 5, 100])} if rng.random() < 0.9 else {"type": "FixedLength"},
]


DECODERS = [
    *[lambda rng, kind=kind: {"type": kind} for kind in ("Fuse", "ByteFallback")],
    byte_level,
    metaspace,
    lambda rng: {"type": "BPEDecoder", "suffix": rng.choice(["</w>", "a", "", "▁"])},
    lambda rng: {"type": "WordPiece", "prefix": rng.choice(["##", "", "a", "▁"]), "cleanup": flag(rng)},
    lambda rng: {"type": "Strip", "content": rng.choice([" ", "a", "▁", "é"]), "start": rng.randint(0, 2), "stop": rng.choice([0, 0, 1, 2])},
    lambda rng: {"type": "Replace", "pattern": pattern(rng), "content": rng.choice(["", " ", "▁", "x", "ab", "é"])},
    lambda rng: {
        "type": "CTC", "pad_token": rng.choice(["<pad>", "a", ""]), "word_delimiter_token": rng.choice(["|", "e", "▁"]), "cleanup": flag(rng),
    },  # fmt: skip
]


def template(rng):
    names = ["<s>", "</s>", "[CLS]", "a", "many"][: rng.randint(1, 5)]
    piece = lambda name: {"SpecialToken": {"id": name, "type_id": rng.randint(0, 1)}}
    text = {"Sequence": {"id": "A", "type_id": rng.randint(0, 1)}}
    single = [piece(rng.choice(names)) for _ in range(rng.randint(0, 2))] + [text] + [piece(rng.choice(names)) for _ in range(rng.randint(0, 2))]
    if rng.random() < 0.08:
        rng.shuffle(single)
    if rng.random() < 0.05:
        single = single * 2
    special = {}
    for name in names:
        ids = [rng.randint(0, 40) for _ in range(3 if name == "many" else 1)]
        special[name] = {"id": name, "ids": ids, "tokens": [name] * len(ids)}
    pair = [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}]
    return {"type": "TemplateProcessing", "single": single, "pair": pair, "special_tokens": special}


PROCESSORS = [
    template,
    template,
    byte_level,
    lambda rng: {"type": "BertProcessing", "sep": ["[SEP]", rng.randint(0, 40)], "cls": ["[CLS]", rng.randint(0, 40)]},
    lambda rng: {
        "type": "RobertaProcessing", "sep": ["</s>", rng.randint(0, 40)], "cls": ["<s>", rng.randint(0, 40)],
        "trim_offsets": flag(rng), "add_prefix_space": flag(rng),
    },  # fmt: skip
]

CONTENTS = [
    "<s>", "</s>", "<unk>", "[MASK]", "<|end|>", "<|e", "<|", "a", "ab", "abc", "the", "he", " ", "  ", "   ", "    ", "\n", "\n\n", "é", "e\u0301", "É", "\u0301", "漢", "▁", "▁▁",
    "▁the", "The", "THE", "ss", "ß", " a", "a ", " a ", "x", "xx", ".", "'s", "1", "12", "ﬁ", "fi", "Ġ", "Ä ", "🙂", "<0x41>", "##a", "\u200b", "\ufeff", "quick brown", "Å", "\t", "\r\n", "\u3000", "b c", "",
]  # fmt: skip


def added_tokens(rng):
    if rng.random() < 0.3:
        return []
    chosen = rng.choices(CONTENTS, k=rng.choice([1, 2, 3, 5, 8, 12]))
    if rng.random() < 0.1:
        chosen += [" " * n for n in range(2, rng.randint(3, 12))]
    plain = rng.random() < 0.3
    tokens = []
    for i, content in enumerate(chosen):
        token = {"id": rng.choice([i, rng.randint(0, 60), 1000 + i]), "content": content}
        for name, share in (("single_word", 0.2), ("lstrip", 0.25), ("rstrip", 0.25), ("normalized", 0.5), ("special", 0.4)):
            token[name] = not plain and rng.random() < share
        tokens.append(token)
    return tokens


def truncation(rng):
    if rng.random() < 0.9:
        return None
    section = {"direction": rng.choice(["Left", "Right"]), "max_length": rng.choice([0, 1, 2, 4, 9, 50]), "strategy": rng.choice(["LongestFirst", "OnlyFirst", "OnlySecond"]), "stride": rng.choice([0, 0, 0, 1, 3])}
    if rng.random() < 0.2:
        del section["direction"]
    return section


def padding(rng):
    if rng.random() < 0.9:
        return None
    return {
        "strategy": rng.choice(["BatchLongest", {"Fixed": rng.choice([0, 3, 10])}]), "direction": rng.choice(["Left", "Right"]),
        "pad_to_multiple_of": rng.choice([None, None, 0, 1, 4, 8]), "pad_id": rng.choice([0, 3, 77777]), "pad_type_id": 0, "pad_token": rng.choice(["[PAD]", "a"]),
    }  # fmt: skip


def random_strings(rng, file, count):
    added = [t["content"] for t in file["added_tokens"]]
    return [random_string(rng, TEXT, added) for _ in range(count)]


def random_file(seed, count=200):
    """A tokenizer file as a dictionary, and strings to try it on."""
    rng = random.Random(seed)
    file = {"version": "1.0", "truncation": truncation(rng), "padding": padding(rng), "added_tokens": added_tokens(rng)}
    file["normalizer"] = sequence(rng, lambda r: r.choice(NORMALIZERS)(r), "normalizers") if rng.random() < 0.7 else None
    file["pre_tokenizer"] = sequence(rng, lambda r: r.choice(PRE_TOKENIZERS)(r), "pretokenizers")
    file["post_processor"] = sequence(rng, lambda r: r.choice(PROCESSORS)(r), "processors") if rng.random() < 0.5 else None
    file["decoder"] = sequence(rng, lambda r: r.choice(DECODERS)(r), "decoders") if rng.random() < 0.8 else None
    strings = random_strings(rng, file, count)
    file["model"] = random_model(rng, file, strings)
    tokens = [t[0] if isinstance(t, list) else t for t in file["model"]["vocab"]] + [t["content"] for t in file["added_tokens"]]
    strings += ["".join(rng.choices(tokens, k=rng.randint(1, 8))) for _ in range(count // 4)]
    if rng.random() < 0.15:
        edit(rng, file)
    return file, strings


def edit(rng, value):
    """One thing changed as a hurried hand would: a member gone, null, of another type, or one too many."""
    while True:
        members = [k for k in value if k not in ("vocab", "merges", "precompiled_charsmap")] if isinstance(value, dict) else range(len(value))
        if not members:
            return
        key = rng.choice(list(members))
        if isinstance(value[key], dict | list) and value[key] and rng.random() < 0.75:
            value = value[key]
            continue
        change = rng.random()
        if change < 0.35:
            del value[key]
        elif change < 0.55:
            value[key] = None
        elif change < 0.9:
            value[key] = rng.choice([True, 0, 1, -1, 2.5, "", "x", [], {}, "first", "Isolated", 70000])
        elif isinstance(value, dict):
            value["".join(rng.choices(string.ascii_lowercase, k=4))] = 1
        return


def pattern_file(seed, count=200):
    """A file whose splitting is one random expression, and whose ids show every cut; and strings to try it on."""
    rng = random.Random(seed)
    expression = {"Regex": random_pattern(rng)}
    file = {"version": "1.0", "added_tokens": [], "normalizer": None, "decoder": None, "post_processor": None}
    file["pre_tokenizer"] = {"type": "Split", "pattern": expression, "behavior": rng.choice(BEHAVIORS[1:4]), "invert": False}
    strings = random_strings(rng, file, count // 2)
    strings += ["".join(rng.choices(LITERALS, k=rng.randint(1, 20))) for _ in range(count // 2)]
    file["model"] = revealing_word_piece(rng, strings)
    return file, strings
