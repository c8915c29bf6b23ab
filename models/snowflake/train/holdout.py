"""A proof that no sample was trained on: a Bloom filter of all question keys of the corpus.

A filter has false positives but no false negatives, so a key that misses it was certainly never
drawn for training. The task writer drops the few held-out samples that hit it by accident; what
ships is therefore proven by one look-up a sample. Bit indices of a key are the first three
little-endian 32-bit words of its SHA-256, modulo BITS; bit i is bit i % 8 of byte i // 8.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import corpus
from documents import Document

BITS = 1 << 21
HASHES = 3
# Keys written out in the manifest, which a reader of the filter must find in it.
CONTROLS = 20


def bit_indices(key: str) -> list[int]:
    digest = hashlib.sha256(key.encode()).digest()
    return [int.from_bytes(digest[4 * i : 4 * i + 4], "little") % BITS for i in range(HASHES)]


class Filter:
    def __init__(self, data: bytes | None = None):
        self.data = bytearray(data or BITS // 8)

    def add(self, key: str) -> None:
        for index in bit_indices(key):
            self.data[index // 8] |= 1 << index % 8

    def __contains__(self, key: str) -> bool:
        return all(self.data[index // 8] >> index % 8 & 1 for index in bit_indices(key))


def describe(documents: Iterable[Document]) -> tuple[Filter, dict]:
    """The filter and the manifest of a corpus."""
    keys, first, texts, count = set(), [], hashlib.sha256(), 0
    for document in documents:
        count += 1
        texts.update(document.text.encode() + b"\n")
        if document.key is not None:
            keys.add(document.key)
            if len(first) < CONTROLS:
                first.append(document.key)
    filter_ = Filter()
    for key in keys:
        filter_.add(key)
    manifest = {
        "seed": corpus.CORPUS_SEED,
        "documents": count,
        "keys": len(keys),
        "sha256": texts.hexdigest(),
        "firstKeys": first,
        "filter": {
            "bits": BITS,
            "hashes": HASHES,
            "sha256": hashlib.sha256(filter_.data).hexdigest(),
        },
    }
    return filter_, manifest


def write(folder: Path) -> Filter:
    """Write `corpus.bloom` and `corpus.json` of the whole corpus."""
    filter_, manifest = describe(corpus.documents())
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "corpus.bloom").write_bytes(filter_.data)
    (folder / "corpus.json").write_text(json.dumps(manifest, indent=2) + "\n")
    return filter_
