"""Small tokenizers of every kind, trained here on a few sentences with `tokenizers` 0.23.2.

Each function of ZOO returns a Tokenizer whose components are put together as a family of real models does it, or in a
way that shows a trap. tokenizers_goldens.py writes them out with expected ids; tokenizers_fuzz.py compares at random.
"""

import base64
import json

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

GPT2 = r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
CL100K = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
TIKTOKEN = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)
QWEN = CL100K.replace(r"\p{N}{1,3}", r"\p{N}")
UP, LOW = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
SHORT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
O200K = (
    rf"[^\r\n\p{{L}}\p{{N}}]?{UP}*{LOW}+{SHORT}|[^\r\n\p{{L}}\p{{N}}]?{UP}+{LOW}*{SHORT}"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
BLOOM = r" ?[^(\s|[.,!?…。，、।۔،])]+"
CLIP = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
DEEPSEEK = (
    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
    r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
HAN = r"[\p{Han}]+|[一-龥\u3040-ゟ゠-ヿ]+"

TEXT = [
    "The quick brown fox jumps over the lazy dog. It's the dog's day, they're sure, and we'll see!",
    "def tokenize(text):\n    return [ids[t] for t in text.split(' ') if t not in {'a', \"b\"}]\n\n\n",
    '{"name": "scale", "values": [1, 22, 333, 4444, 55555], "ok": true, "nested": {"x": null}}',
    "Größe, façade, naïve, señor, Ångström, İstanbul, ſtraße, Ελληνικά Σίσυφος, Русский текст, עברית, العربية",
    "日本語のテキスト、中文文本。한국어 텍스트 हिन्दी पाठ ไทย 🙂👨‍👩‍👧 ① ﬁ ½ ²",
    "HTTPServer camelCase snake_case CONSTANT_CASE x86_64 3.14159 1e-10 0xFF 2026-11-23",
    "tabs\tand\t\tspaces   and     more\r\n\r\nlines\n \n  \n",
] * 3


def special(content, **options):
    return AddedToken(content, special=True, normalized=options.pop("normalized", False), **options)


def finish(tokenizer, trainer, decoder=None, post=None):
    tokenizer.train_from_iterator(TEXT, trainer)
    if decoder is not None:
        tokenizer.decoder = decoder
    if post is not None:
        tokenizer.post_processor = post
    return tokenizer


def byte_level(split=None, normalizer=None, size=500, specials=("<|endoftext|>",), post=None, **model):
    tokenizer = Tokenizer(models.BPE(**model))
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = split or pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(specials),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
        **{name: value for name, value in model.items() if name == "end_of_word_suffix"},
    )
    return finish(tokenizer, trainer, decoders.ByteLevel(), post or processors.ByteLevel(trim_offsets=False))


def split_bytes(pattern, behavior="isolated", invert=False, before=()):
    steps = [*before, pre_tokenizers.Split(Regex(pattern), behavior, invert=invert)]
    return pre_tokenizers.Sequence([*steps, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def template(single, specials):
    return processors.TemplateProcessing(single=single, pair=single + " $B", special_tokens=specials)


def altered(tokenizer, change):
    """The tokenizer after `change` was made to its file."""
    file = json.loads(tokenizer.to_str())
    change(file)
    return Tokenizer.from_str(json.dumps(file, ensure_ascii=False))


def llama3():
    def change(file):
        file["model"]["ignore_merges"] = True
        # A token that no merge reaches: only ignore_merges finds it.
        file["model"]["vocab"]["jumps"] = len(file["model"]["vocab"])

    post = processors.Sequence([processors.ByteLevel(trim_offsets=False), template("<|bos|> $A", [("<|bos|>", 0)])])
    return altered(byte_level(split_bytes(CL100K), specials=["<|bos|>", "<|eot|>"], post=post), change)


def neox():
    tokenizer = byte_level(normalizer=normalizers.NFC())
    tokenizer.add_tokens([AddedToken(" " * n, normalized=True) for n in range(2, 12)])
    return tokenizer


def smollm():
    def change(file):
        vocab = file["model"]["vocab"]
        for missing in "ĄĆēĔĖĝñòĊ":
            vocab.pop(missing, None)
        file["model"]["merges"] = [m for m in file["model"]["merges"] if all(part in vocab for part in (*m, "".join(m)))]

    steps = [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    return altered(byte_level(pre_tokenizers.Sequence(steps)), change)


def sentence_bpe(normalizer=None, pre_tokenizer=None, specials=("<unk>", "<s>", "</s>"), **model):
    options = {"unk_token": "<unk>", "fuse_unk": True, "byte_fallback": True} | model
    tokenizer = Tokenizer(models.BPE(**options))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    bytes_tokens = [f"<0x{b:02X}>" for b in range(256)] if options["byte_fallback"] else []
    trainer = trainers.BpeTrainer(vocab_size=700, special_tokens=[*specials, *bytes_tokens], show_progress=False, limit_alphabet=70)
    tokenizer.train_from_iterator(TEXT, trainer)

    def change(file):
        file["added_tokens"] = [t for t in file["added_tokens"] if t["content"] in specials]

    tokenizer = altered(tokenizer, change)
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    steps = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    tokenizer.decoder = decoders.Sequence(steps)
    tokenizer.post_processor = template("<s> $A", [("<s>", 1)])
    return tokenizer


def llama2():
    return sentence_bpe(normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]))


def mistral():
    return sentence_bpe(pre_tokenizer=pre_tokenizers.Metaspace(prepend_scheme="first", split=False))


def gemma():
    split = pre_tokenizers.Split(" ", "merged_with_previous")
    return sentence_bpe(normalizers.Replace(" ", "▁"), split, specials=("<pad>", "<eos>", "<bos>", "<unk>", "<s>"))


def phi3():
    tokenizer = llama2()
    tokenizer.add_special_tokens([special("<|user|>", rstrip=True), special("</s>", rstrip=True), special("<|end|>", lstrip=True)])
    return tokenizer


def unk_bpe(fuse):
    return lambda: sentence_bpe(pre_tokenizer=pre_tokenizers.Whitespace(), byte_fallback=False, fuse_unk=fuse)


def half_fallback():
    def change(file):
        vocab = file["model"]["vocab"]
        for b in (0xE3, 0xF0, 0xC5):
            file["model"]["vocab"][f"<gone{b}>"] = vocab.pop(f"<0x{b:02X}>")

    return altered(sentence_bpe(pre_tokenizer=pre_tokenizers.WhitespaceSplit()), change)


def prefixed_bpe():
    tokenizer = Tokenizer(models.BPE(unk_token="[UNK]", continuing_subword_prefix="##", end_of_word_suffix="</w>"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=["[UNK]"], continuing_subword_prefix="##", end_of_word_suffix="</w>", show_progress=False
    )
    return finish(tokenizer, trainer, decoders.BPEDecoder(suffix="</w>"))


def clip():
    normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    post = processors.RobertaProcessing(("<|end|>", 1), ("<|start|>", 0), trim_offsets=False, add_prefix_space=False)
    split = split_bytes(CLIP, "removed", invert=True)
    return byte_level(split, normalizer, specials=["<|start|>", "<|end|>"], post=post, end_of_word_suffix="</w>", unk_token="<|end|>")


def bert(cased):
    def make():
        tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=20))
        tokenizer.normalizer = normalizers.BertNormalizer(lowercase=not cased, strip_accents=None)
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        specials = [special("[PAD]"), special("[UNK]"), special("[CLS]"), special("[SEP]"), special("[MASK]", lstrip=True)]
        trainer = trainers.WordPieceTrainer(vocab_size=400, special_tokens=specials, show_progress=False)
        post = template("[CLS] $A [SEP]", [("[CLS]", 2), ("[SEP]", 3)])
        return finish(tokenizer, trainer, decoders.WordPiece(), post)

    return make


def word_level():
    tokenizer = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase(), normalizers.Strip()])
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return finish(tokenizer, trainers.WordLevelTrainer(special_tokens=["[UNK]"], show_progress=False))


def unigram(normalizer, pre_tokenizer, byte_fallback=False):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    bytes_tokens = [f"<0x{b:02X}>" for b in range(256)] if byte_fallback else []
    trainer = trainers.UnigramTrainer(
        vocab_size=600, special_tokens=["<unk>", "</s>", *bytes_tokens], unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(TEXT[:4], trainer)

    def change(file):
        file["model"]["byte_fallback"] = byte_fallback
        file["added_tokens"] = [t for t in file["added_tokens"] if not t["content"].startswith("<0x")]

    tokenizer = altered(tokenizer, change)
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = template("$A </s>", [("</s>", 1)])
    return tokenizer


def charsmap():
    """A SentencePiece charsmap with keys of several lengths, some replaced by nothing, some by more."""
    rules = {
        "a\u0301": "á", "ﬁ": "fi", "①": "1", "\u3000": " ", "\u200b": " ", "\u00ad": "", "\u0001": "", "½": "1⁄2",
        "e\u0301": "é", "\r\n": "\n", "ｶ\uff9e": "ガ", "ｶ": "カ", "Å": "Å", "\t": " ", "\n": " ", "q\u0323\u0307": "q",
    }  # fmt: skip
    return build_charsmap({k.encode(): v.encode() for k, v in rules.items()})


def build_charsmap(rules):
    """Darts-clone units by first fit: one block of 256 per node, leaves at label 0."""
    blob, values = b"", {}
    for value in rules.values():
        if value not in values:
            values[value] = len(blob)
            blob += value + b"\0"
    nodes = {b""} | {key[:n] for key in rules for n in range(1, len(key) + 1)}
    order = sorted(nodes, key=lambda node: (len(node), node))
    # The children of a node stand at position ^ offset ^ label; offset is chosen so that they fill a block of its own.
    block = {node: (i + 1) * 256 for i, node in enumerate(order)}
    position = {b"": 0}
    for node in order[1:]:
        position[node] = block[node[:-1]] ^ node[-1]
    units = [0] * ((len(order) + 1) * 256)
    for node in order:
        offset = position[node] ^ block[node]
        label = node[-1] if node else 0
        units[position[node]] = encode_unit(offset, node in rules, label)
        if node in rules:
            units[block[node]] = 0x80000000 | values[rules[node]]
    trie = b"".join(unit.to_bytes(4, "little") for unit in units)
    return len(trie).to_bytes(4, "little") + trie + blob


def encode_unit(offset, has_leaf, label):
    if offset < 1 << 21:
        return offset << 10 | has_leaf << 8 | label
    assert offset % 256 == 0
    return (offset >> 8) << 10 | 1 << 9 | has_leaf << 8 | label


def t5():
    split = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    return unigram(normalizers.Precompiled(charsmap()), split)


def albert():
    steps = [
        normalizers.Replace("``", '"'), normalizers.Replace("''", '"'), normalizers.NFKD(), normalizers.StripAccents(),
        normalizers.Lowercase(), normalizers.Precompiled(charsmap()), normalizers.Replace(Regex(" {2,}"), " "),
    ]  # fmt: skip
    return unigram(normalizers.Sequence(steps), pre_tokenizers.Metaspace(prepend_scheme="first"))


def added_tokens():
    tokenizer = byte_level(normalizer=normalizers.Lowercase())
    tokenizer.add_tokens([
        AddedToken("WORD", single_word=True), AddedToken("left", lstrip=True, normalized=False), AddedToken("abc"),
        AddedToken("right", rstrip=True), AddedToken("abcd"), AddedToken("b c", lstrip=True, rstrip=True, normalized=False),
        AddedToken("Raw", normalized=False), AddedToken("  "), AddedToken("é", single_word=True, normalized=False),
    ])  # fmt: skip
    tokenizer.add_special_tokens([special("<sep>"), special("<mask>", lstrip=True, rstrip=True), special("<se"), special("<Norm>", normalized=True)])
    return tokenizer


def renumbered():
    def change(file):
        file["added_tokens"][0]["id"] = 9999
        file["added_tokens"].append(dict(file["added_tokens"][0], content="<gap>", id=12345))

    return altered(byte_level(), change)


def cut_to_length():
    tokenizer = llama3()
    tokenizer.enable_truncation(8)
    tokenizer.enable_padding(length=12, pad_id=1, pad_token="<|eot|>", pad_to_multiple_of=8, direction="left")
    return tokenizer


def pieces(pre_tokenizer, normalizer=None):
    """A pre-tokenizer of its own, seen through a model that knows single characters of a few alphabets and pieces of TEXT."""

    def make():
        tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=50))
        if normalizer is not None:
            tokenizer.normalizer = normalizer
        tokenizer.pre_tokenizer = pre_tokenizer
        return finish(tokenizer, trainers.WordPieceTrainer(vocab_size=600, special_tokens=["[UNK]"], show_progress=False))

    return make


def ctc():
    tokenizer = word_level()
    tokenizer.normalizer = None
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.train_from_iterator(["ab cd'e|f<pad> .,!", *TEXT], trainers.WordLevelTrainer(special_tokens=["[UNK]"], show_progress=False))
    tokenizer.decoder = decoders.CTC(pad_token="o", word_delimiter_token="e", cleanup=True)
    return tokenizer


# Constructs of regular expressions that no known family uses, a few in each.
ODD = [
    (r"\Aab|x*?y|[^\S\n]*?\h\B|a\b.", "isolated"),
    (r"(?>a+)c|(?:ab|c)+?d|\bthe\b|^b|o$|[\x{1F600}-\x{1F64F}\x41-\x43]", "merged_with_previous"),
    (r"k(?i)K|q(?-i:r)u|w", "merged_with_next"),
    (r"(?:\d{2,3}){1,2}+|e{,2}z|l{2}|(ab|b){2,}?n|i{x|\H\W\D", "contiguous"),
    (r"(?<=[ab])c|(?<!x)y(?=z)|(?!w).w|[[a-f]&&[^bd]]+|[\b\-\]]|r\z|e\Z", "isolated"),
]


def odd_patterns():
    return pieces(pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), behavior) for pattern, behavior in ODD]))()


P = pre_tokenizers
N = normalizers
ZOO = {
    "ctc": ctc,
    "odd-patterns": odd_patterns,
    "gpt2": byte_level,
    "gpt2-prefix": lambda: byte_level(P.ByteLevel(add_prefix_space=True)),
    "llama3": llama3,
    "olmo": lambda: byte_level(split_bytes(CL100K, "removed", invert=True)),
    "tiktoken": lambda: byte_level(split_bytes(TIKTOKEN)),
    "qwen": lambda: byte_level(split_bytes(QWEN), N.NFC()),
    "o200k": lambda: byte_level(split_bytes(O200K)),
    "neox": neox,
    "smollm": smollm,
    "bloom": lambda: byte_level(split_bytes(BLOOM)),
    "deepseek": lambda: byte_level(
        split_bytes(DEEPSEEK, before=[P.Split(Regex(r"\p{N}{1,3}"), "isolated"), P.Split(Regex(HAN), "isolated")])
    ),
    "clip": clip,
    "llama2": llama2,
    "mistral": mistral,
    "gemma": gemma,
    "phi3": phi3,
    "unk-fused": unk_bpe(True),
    "unk-apart": unk_bpe(False),
    "half-fallback": half_fallback,
    "prefixed-bpe": prefixed_bpe,
    "bert-uncased": bert(False),
    "bert-cased": bert(True),
    "word-level": word_level,
    "t5": t5,
    "albert": albert,
    "unigram-bytes": lambda: unigram(N.NFKC(), P.Metaspace(prepend_scheme="never"), byte_fallback=True),
    "unigram-whole": lambda: unigram(N.Nmt(), P.Metaspace(prepend_scheme="first", split=False)),
    "added": added_tokens,
    "renumbered": renumbered,
    "cut-to-length": cut_to_length,
    "scripts": pieces(P.UnicodeScripts()),
    "fixed": pieces(P.FixedLength(length=3)),
    "delimiter": pieces(P.CharDelimiterSplit("e")),
    "punctuation-previous": pieces(P.Punctuation("merged_with_previous")),
    "punctuation-next": pieces(P.Sequence([P.WhitespaceSplit(), P.Punctuation("merged_with_next")]), N.NFKD()),
    "punctuation-contiguous": pieces(P.Sequence([P.Punctuation("contiguous"), P.Digits(False)])),
    "byte-normalizer": pieces(P.Split(Regex("Ġ+"), "merged_with_next"), N.Sequence([N.NFD(), N.ByteLevel()])),
    "words": pieces(P.Split(Regex(r"\b(?<=\w)\w*?\b|(?<!a)b(?>c+)|\d{2,3}?|[[a-z]&&[^aeiou]]+"), "isolated")),
    "strip-first": pieces(P.Sequence([P.Split("x", "isolated"), P.Metaspace(prepend_scheme="first")]), N.Strip()),
    "prepend-first": pieces(P.Metaspace(prepend_scheme="first"), N.Sequence([N.Prepend("é"), N.Replace(Regex("[ab]+"), "x")])),
}


def charsmap_base64():
    return base64.b64encode(charsmap()).decode()
