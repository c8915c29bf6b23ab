"""The shared training corpus: a stream of documents, and rows of tokens packed from it.

`documents()` needs only the standard library. Token ids: 0 is `<|end|>`, byte b is 1 + b.
A quarter of the documents start with two `<|end|>`: lm-evaluation-harness scores whole texts as
`<|end|>` + tokenizer(text), and the tokenizer adds its own, so that the pair must not be a surprise.
"""

import random
import zlib
from collections.abc import Iterable

import documents as kinds
from documents import Document
from worlds import REPETITIONS, STRINGS

TOKENS = 14_200_000
CORPUS_SEED = 0
ROW = 64
DOUBLE_START = 4
END = 0
VOCABULARY = 257

# Shares of TOKENS; the strings come on top.
MIXTURE = {
    kinds.fact: 0.15,
    kinds.addition: 0.08,
    kinds.hard_addition: 0.06,
    kinds.multiplication: 0.04,
    kinds.in_context: 0.12,
    kinds.hard_in_context: 0.06,
    kinds.chunks: 0.09,
    kinds.copy: 0.02,
    kinds.walk: 0.08,
    kinds.leap: 0.04,
    kinds.hard_walk: 0.05,
    kinds.sums: 0.06,
    kinds.hard_sums: 0.03,
    kinds.cue: 0.07,
    kinds.text: 0.05,
}


def encode(text: str) -> list[int]:
    return [byte + 1 for byte in text.encode()]


def documents(tokens: int = TOKENS, seed: int = CORPUS_SEED) -> list[Document]:
    """All documents of the corpus, shuffled."""
    rng = random.Random(seed)
    result = [kinds.string(text) for times in REPETITIONS for text in STRINGS[times] for _ in range(times)]
    for make, share in MIXTURE.items():
        drawn = 0
        while drawn < tokens * share:
            document = kinds.draw(rng, make)
            result.append(document)
            drawn += len(document.text) + 1
    rng.shuffle(result)
    return result


def tokenize(document: Document) -> tuple[list[int], list[float]]:
    """Token ids with the leading `<|end|>`, and the loss weight of predicting the token after each."""
    doubled = zlib.crc32(document.text.encode()) % DOUBLE_START == 0
    ids, weights = ([END, END], [kinds.PROMPT]) if doubled else ([END], [])
    for text, weight in document.segments:
        piece = encode(text)
        ids += piece
        weights += [weight] * len(piece)
    return ids, weights + [kinds.PROMPT]


def pack(stream: Iterable[Document], row: int = ROW, open_rows: int = 8):
    """Whole documents packed first-fit into rows.

    Returns arrays [rows, row]: inputs (uint16), targets (uint16), loss weight times ten (uint8),
    and the document's number within its row (uint8; 255 is padding).
    """
    import numpy as np

    finished, unfinished = [], []
    for document in stream:
        ids, weights = tokenize(document)
        assert len(ids) <= row, document.text
        entry = (ids, ids[1:] + [END], weights)
        for bin_ in unfinished:
            if bin_[0] + len(ids) <= row:
                break
        else:
            if len(unfinished) == open_rows:
                fullest = max(range(open_rows), key=lambda i: unfinished[i][0])
                finished.append(unfinished.pop(fullest)[1])
            bin_ = [0, []]
            unfinished.append(bin_)
        bin_[0] += len(ids)
        bin_[1].append(entry)
    finished += [bin_[1] for bin_ in unfinished]

    inputs = np.zeros((len(finished), row), np.uint16)
    targets = np.zeros((len(finished), row), np.uint16)
    weights = np.zeros((len(finished), row), np.uint8)
    numbers = np.full((len(finished), row), 255, np.uint8)
    for index, entries in enumerate(finished):
        at = 0
        for number, (ids, following, weight) in enumerate(entries):
            end = at + len(ids)
            inputs[index, at:end] = ids
            targets[index, at:end] = following
            weights[index, at:end] = [round(10 * w) for w in weight]
            numbers[index, at:end] = number
            at = end
    return inputs, targets, weights, numbers
