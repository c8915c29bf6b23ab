"""Tokenizer files with the components of real families around small random vocabularies.

Split patterns are those that published tokenizer files have, told in llama.cpp's src/llama-vocab.cpp (MIT) and in the model
cards; other components are what `transformers` itself builds for each of its tokenizer classes.
"""

import importlib
import json
import pkgutil
import random

import random_tokenizer_files
from random_vocabularies import random_model
from tokenizer_zoo import CL100K, DEEPSEEK, GPT2, O200K, QWEN, SHORT, TIKTOKEN

CASES = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+", r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
ANY, REST = r"[^\r\n\p{L}\p{N}]?", r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
NO_HAN = [case.replace("]", r"&&[^\p{Han}]]") for case in CASES]
CJK = "[一-龥぀-ゟ゠-ヿ]+"
CHEMISTRY = r"(\[[^\]]+]|Br?|Cl?|N|O|S|P|F|I|b|c|n|o|s|p|\(|\)|\.|=|#|-|\+|\\|\/|:|~|@|\?|>>?|\*|\$|\%[0-9]{2}|[0-9])"

# What a family splits by, in order; the byte alphabet follows.
PATTERNS = {
    "gpt2": [GPT2],
    "cl100k": [CL100K],
    "cl100k possessive": [TIKTOKEN],
    "cl100k loose end": [CL100K.replace("[\\r\\n]+|", "[\\r\\n]|")],
    "qwen2": [QWEN],
    "qwen3.5": [QWEN.replace(r"?\p{L}+", r"?[\p{L}\p{M}]+").replace(r"[^\s\p{L}\p{N}]", r"[^\s\p{L}\p{M}\p{N}]")],
    "o200k": [O200K],
    "tekken": [rf"{ANY}{CASES[0]}|{ANY}{CASES[1]}|\p{{N}}{REST}"],
    "kimi": [rf"[\p{{Han}}]+|[^\r\n\p{{L}}\p{{N}}]?{NO_HAN[0]}{SHORT}|[^\r\n\p{{L}}\p{{N}}]?{NO_HAN[1]}{SHORT}|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"],
    "tiny aya": [r"\d{1,3}(?=(?:\d{3})*\b)", O200K],
    "superbpe": [r"\p{N}+", r"(?=(\d{3})+(?!\d))"],
    "bailing": [r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"],
    "seed coder": [r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+"],
    "exaone moe": [r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+"],
    "minicpm5": [r"\p{N}{1,3}", r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"],
    "deepseek llm": ["[\r\n]", "\\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-Ֆ]+", r"\s?[!-/:-~！-／：-～‘-‟　-。]+", r"\s+$", "[一-龥ࠀ-一가-퟿]+", r"\p{N}+"],
    "deepseek v3": [r"\p{N}{1,3}", CJK, DEEPSEEK],
    "deepseek coder": ["[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", "[一-龥ࠀ-一가-퟿]+", r"\p{N}"],
    "spark": [r"\p{N}{1,3}", CJK, DEEPSEEK.replace(r"+[\r\n]*|\s*[\r\n]+", r"+|[\r\n]"), r"\p{N}"],
    "youtu": ["[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|[一-龥぀-ゟ゠-ヿ]+", O200K.replace(r"\p{N}{1,3}", r"\p{N}")],
    "falcon": [r"[\p{P}\$\+<=>\^~\|`]+", GPT2, "[0-9][0-9][0-9]"],
    "starcoder": [r"\p{N}", GPT2],
    "bloom": [r" ?[^(\s|[.,!?…。，、।۔،])]+"],
    "viking": [r" ?[^(\s|.,!?…。，、।۔،)]+", r"\p{N}"],
    "chameleon": ["<sentinel:[0-9]+>", "(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z", "([\t\n]|    |  )", r"\p{N}", r"[\p{P}!-/:-@\[-`{-~]", GPT2],
    "afmoe": [r"\d{1,3}(?=(?:\d{3})*\b)", "[一-鿿㐀-䶿豈-﫿぀-ゟ゠-ヿ･-ﾟ⼀-⿟เ-๿຀-໿ក-៿က-႟ꩠ-ꩿꧠ-꧿가-힯ᄀ-ᇿ]+", DEEPSEEK],
    "laguna": ["[^\\n]+|[\\n]+", QWEN],
    "lookaheads": [r"[^\r\n\p{L}\p{N}]?((?=[\p{L}])([^a-z]))*((?=[\p{L}])([^A-Z]))+|\p{N}" + REST],
    "granite embedding": [r"[^\r\n\p{L}\p{N}]?((?=[\p{L}\p{M}])([^a-z]))*((?=[\p{L}\p{M}])([^A-Z]))+(?:'[sS]|'[tT])?|\p{N}{1,3}" + REST],
    "clip": [r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"],
    "words": [r"\S+"],
    "characters": [r"."],
    "characters and lines": [r"(.|\n)"],
    "chemistry": [CHEMISTRY],
    "numbers": [r"(?<=\d)(?=(?:\d{3})+\b)", r"\d+\.?\d*|[^\d]+"],
    "camel case": [r"(?<=[a-z])(?=[A-Z])|_", r"(?<=\p{Ll})(?=\p{Lu})"],
    "punctuation": [r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]", r"\p{P}|\p{S}"],
    "tabs": [r"\t|\n|\r\n| {4}| {2}", r" (?=\S)|\s+"],
}


def split(pattern, behavior="Isolated", invert=False):
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": behavior, "invert": invert}


def plain(**sections):
    file = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None}
    return {**file, "pre_tokenizer": None, "post_processor": None, "decoder": None, **sections}


def by_pattern():
    bytes_after = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    for name, patterns in PATTERNS.items():
        yield name, plain(pre_tokenizer={"type": "Sequence", "pretokenizers": [*map(split, patterns), bytes_after]}, decoder=bytes_after)
        yield f"{name}, removed", plain(pre_tokenizer={"type": "Sequence", "pretokenizers": [split(p, "Removed", True) for p in patterns]})


def by_class():
    """The files of `transformers`' own tokenizer classes, without their vocabularies."""
    import transformers

    for module in pkgutil.iter_modules([f"{transformers.__path__[0]}/models"]):
        try:
            found = importlib.import_module(f"transformers.models.{module.name}.tokenization_{module.name}")
        except Exception:  # no tokenizer, or one that needs other packages
            continue
        for name, kind in vars(found).items():
            if not (isinstance(kind, type) and kind.__module__ == found.__name__ and hasattr(kind, "_from_pretrained")):
                continue
            try:
                file = json.loads(kind()._tokenizer.to_str())
            except Exception:  # some need a vocabulary of their own
                continue
            yield name, {**file, "added_tokens": file["added_tokens"][:30]}


def family_files(seeds=3, count=200):
    """(name, file, strings)"""
    for name, sections in [*by_pattern(), *by_class()]:
        for seed in range(seeds):
            rng = random.Random(f"{name} {seed}")
            strings = random_tokenizer_files.random_strings(rng, sections, count)
            yield f"{name} ({seed})", {**sections, "model": random_model(rng, sections, strings)}, strings
