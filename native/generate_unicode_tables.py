"""Writes unicode_tables.h: every Unicode fact the tokenizer needs, read off `tokenizers` itself.

Hugging Face tokenizers 0.23.2 links several crates, each with its own edition of Unicode (16 in its regular
expressions, 9 in its normalization forms, older still in its punctuation). Equal ids need equal tables, so the
library is asked about every code point instead of any Unicode data file.

usage: python3 native/generate_unicode_tables.py > native/unicode_tables.h      (needs tokenizers==0.23.2)
"""

import sys
import unicodedata

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

assert tokenizers.__version__ == "0.23.2", tokenizers.__version__

POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
EVERYTHING = "".join(map(chr, POINTS))

CATEGORIES = (
    "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co Cn".split()
)
SCRIPTS = (
    "Latin Greek Cyrillic Armenian Hebrew Arabic Devanagari Bengali Thai Hangul Hiragana Katakana Han Common Inherited"
).split()


def matching(expression):
    """Code points that a regular expression of the library matches alone."""
    kept = normalizers.Replace(Regex(f"[^{expression}]"), "").normalize_str(EVERYTHING)
    return set(map(ord, kept))


def matching_alone(expression):
    """The same for an expression outside brackets, where Oniguruma takes Latin-1 by another table for \\w."""
    kept = normalizers.Replace(Regex(expression), "").normalize_str(EVERYTHING)
    return set(POINTS) - set(map(ord, kept))


def each(normalizer, separator="|"):
    """What a normalizer makes of every code point alone (the separator, which it must leave alone, keeps them apart)."""
    points = [c for c in POINTS if c != ord(separator)]
    parts = normalizer.normalize_str(separator.join(map(chr, points))).split(separator)
    return dict(zip(points, parts, strict=True)) | {ord(separator): normalizer.normalize_str(separator)}


def rust_word():
    pieces = pre_tokenizers.Whitespace().pre_tokenize_str(" ".join(chr(c) + "a" for c in POINTS))
    return {ord(p[0]) for p, _ in pieces if len(p) == 2} | {ord("a")}


def rust_numeric():
    pieces = pre_tokenizers.Digits(True).pre_tokenize_str("a".join(map(chr, POINTS)))
    return {ord(p) for p, _ in pieces if len(p) == 1} - {ord("a")}


def removed(pre_tokenizer):
    kept = {ord(c) for p, _ in pre_tokenizer.pre_tokenize_str(EVERYTHING) for c in p}
    return set(POINTS) - kept


def grapheme_extenders():
    """Code points that join a preceding letter in an extended grapheme cluster.

    A Precompiled normalizer that knows only "a" -> "X" replaces the whole cluster (when it is shorter than six bytes)."""
    spm = normalizers.Precompiled(charsmap_for(b"a", b"X"))
    out = each_after(spm)
    return {c for c, text in out.items() if text == "X"}


def charsmap_for(key, value):
    """A SentencePiece charsmap whose double-array trie knows one single-byte key."""
    import struct

    size = 512
    units = [0] * size
    byte = key[0]
    # Root at 0, offset 0 -> child at (0 ^ byte); the child has a leaf at child ^ its offset.
    leaf_offset = 256
    units[0] = 1 << 10  # offset field (bits 10..30) = 1
    child = 0 ^ 1 ^ byte
    units[child] = byte | (1 << 8) | ((leaf_offset ^ 0) << 10)
    units[child ^ leaf_offset] = 0x80000000 | 0
    blob = struct.pack(f"<{size}I", *units)
    return struct.pack("<I", len(blob)) + blob + value + b"\0"


def each_after(normalizer):
    points = [c for c in POINTS if c not in (0x61, 0x7C)]
    parts = normalizer.normalize_str("|".join("a" + chr(c) for c in points)).split("|")
    return dict(zip(points, parts, strict=True))


def ranges(points):
    out = []
    for c in sorted(points):
        if out and out[-1][1] == c - 1:
            out[-1][1] = c
        else:
            out.append([c, c])
    return out


def combining_classes():
    """Canonical combining classes as the library orders by them: 0 for what it does not know."""
    nfd = normalizers.NFD()
    classes = {}
    for c in POINTS:
        value = unicodedata.combining(chr(c))
        if value and c != 0x345 and nfd.normalize_str("a\u0345" + chr(c))[1] != "\u0345":
            classes[c] = value
    classes[0x345] = 240
    representatives = {}
    for c, value in classes.items():
        if nfd.normalize_str(chr(c)) == chr(c):
            representatives.setdefault(value, c)
    for c, value in classes.items():
        if nfd.normalize_str(chr(c)) != chr(c):
            continue
        for other, mark in representatives.items():
            swapped = nfd.normalize_str("a" + chr(mark) + chr(c)) != "a" + chr(mark) + chr(c)
            assert c == mark or swapped == (other > value), (hex(c), value, other)
    return classes


def compositions(nfd):
    nfc = normalizers.NFC().normalize_str
    pairs = {}
    for c, text in nfd.items():
        if 0xAC00 <= c <= 0xD7A3 or len(text) < 2 or nfc(chr(c)) != chr(c):
            continue
        first, second = nfc(text[:-1]), text[-1]
        assert len(first) == 1 and nfc(first + second) == chr(c), hex(c)
        pairs[(ord(first), ord(second))] = c
    return pairs


def emit_array(name, kind, values, per_line=24):
    print(f"inline constexpr {kind} {name}[{len(values)}] = {{")
    for i in range(0, len(values), per_line):
        print("  " + ",".join(map(str, values[i : i + per_line])) + ",")
    print("};")


def two_stage(name, kind, values):
    """values[0x110000] as blocks of 128."""
    blocks, index, stage1 = [], {}, []
    for start in range(0, 0x110000, 128):
        block = tuple(values[start : start + 128])
        if block not in index:
            index[block] = len(blocks)
            blocks.append(block)
        stage1.append(index[block])
    emit_array(f"{name}Block", "uint16_t", stage1)
    emit_array(f"{name}Of", kind, [v for block in blocks for v in block])


def properties():
    category = {}
    for number, name in enumerate(CATEGORIES):
        for c in matching(rf"\p{{{name}}}"):
            assert c not in category
            category[c] = number
    flags = {
        "kOnigSpace": matching(r"\s"),
        "kOnigWord": matching(r"\w"),
        "kOnigWordAlone": matching_alone(r"\w"),
        "kRustWord": rust_word(),
        "kRustSpace": removed(pre_tokenizers.WhitespaceSplit()),
        "kRustNumeric": rust_numeric(),
        "kPunctuation": removed(pre_tokenizers.Punctuation("removed")),
        "kBertRemoved": {c for c, t in each(BERT_CLEAN).items() if t == ""},
        "kBertSpace": {c for c, t in each(BERT_CLEAN).items() if t == " "},
        "kNonspacing": {c for c, t in each(BERT_ACCENTS).items() if t == ""},
        "kCombiningMark": {c for c, t in each(normalizers.StripAccents()).items() if t == ""},
        "kGraphemeExtend": grapheme_extenders(),
    }
    for name, expression in (("kOnigSpace", r"\s"), ("kOnigDigit", r"\d")):
        points = flags.get(name) or {c for c in category if CATEGORIES[category[c]] == "Nd"}
        assert points == matching(expression) == matching_alone(expression), name
    for name in CATEGORIES:
        assert matching_alone(rf"\p{{{name}}}") == {c for c in category if CATEGORIES[category[c]] == name}, name
    for bit, name in enumerate(flags):
        print(f"inline constexpr uint32_t {name} = 1u << {bit + 5};")
    script_bit = 5 + len(flags)
    for number, name in enumerate(SCRIPTS):
        for c in matching(rf"\p{{{name}}}"):
            flags.setdefault(("script", number + 1), set()).add(c)
    print(f"inline constexpr int kScriptShift = {script_bit};")
    print("inline constexpr const char* kScriptNames[] = {" + ", ".join(f'"{n}"' for n in SCRIPTS) + "};")
    print("inline constexpr const char* kCategoryNames[] = {" + ", ".join(f'"{n}"' for n in CATEGORIES) + "};")
    values = [CATEGORIES.index("Cs")] * 0x110000
    for c in POINTS:
        values[c] = category[c]
    for bit, (name, points) in enumerate(flags.items()):
        mask = 1 << (bit + 5) if isinstance(name, str) else name[1] << script_bit
        for c in points:
            values[c] |= mask
    kinds = sorted(set(values))
    assert len(kinds) < 256, len(kinds)
    number = {v: i for i, v in enumerate(kinds)}
    emit_array("kPropertyKinds", "uint32_t", kinds)
    two_stage("kProperty", "uint8_t", [number[v] for v in values])


BERT_CLEAN = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=False, strip_accents=False, lowercase=False)
BERT_ACCENTS = normalizers.BertNormalizer(
    clean_text=False, handle_chinese_chars=False, strip_accents=True, lowercase=False
)


def mappings():
    """Decompositions and lower case: sorted keys, and for each a slice of one pool of code points."""
    nfd, nfkd = each(normalizers.NFD()), each(normalizers.NFKD(), "\n")
    lower = each(normalizers.Lowercase())
    pool, places = [], {}

    def place(text):
        if text not in places:
            places[text] = len(pool)
            pool.extend(map(ord, text))
        return places[text]

    hangul = range(0xAC00, 0xD7A4)
    for name, table in (("kNfd", nfd), ("kNfkd", nfkd), ("kLower", lower)):
        rows = [(c, t) for c, t in table.items() if t != chr(c) and c not in hangul]
        if name == "kNfkd":
            rows = [(c, t) for c, t in rows if nfd[c] != t]
        print(f"inline constexpr Mapping {name}[{len(rows)}] = {{")
        for i in range(0, len(rows), 6):
            print("  " + " ".join(f"{{{c},{place(t)},{len(t)}}}," for c, t in rows[i : i + 6]))
        print("};")
    emit_array("kMappingPool", "uint32_t", pool)
    pairs = sorted(compositions(nfd).items())
    print(f"inline constexpr Composition kCompositions[{len(pairs)}] = {{")
    for i in range(0, len(pairs), 6):
        print("  " + " ".join(f"{{{a},{b},{c}}}," for (a, b), c in pairs[i : i + 6]))
    print("};")


def combining():
    classes = combining_classes()
    values = [0] * 0x110000
    for c, value in classes.items():
        values[c] = value
    two_stage("kCombiningClass", "uint8_t", values)


def scripts():
    """Ranges by the classes of the UnicodeScripts pre-tokenizer; it drops a text of its class Any, which has no range."""
    ask = pre_tokenizers.UnicodeScripts().pre_tokenize_str
    some = [c for c in POINTS if ask(chr(c))]
    runs = [text for text, _ in ask("".join(map(chr, some)))]
    representatives, rows = [], []
    for text in runs:
        known = (i for i, other in enumerate(representatives) if len(ask(other + text[0])) == 1)
        number = next(known, len(representatives))
        if number == len(representatives):
            representatives.append(text[0])
        rows += [(first, last, number + 1) for first, last in ranges(map(ord, text))]
    rows.sort()
    print(f"inline constexpr ScriptRange kScriptRanges[{len(rows)}] = {{")
    for i in range(0, len(rows), 6):
        print("  " + " ".join(f"{{{a},{b},{n}}}," for a, b, n in rows[i : i + 6]))
    print("};")


def main():
    print("// Generated by generate_unicode_tables.py from tokenizers 0.23.2. Do not edit.")
    print("// clang-format off")
    properties()
    mappings()
    combining()
    scripts()
    print(f"// {len(POINTS)} code points asked", file=sys.stderr)


main()
