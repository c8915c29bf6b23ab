"""Draw the whole training corpus again and show that no sample of the tasks is in it.

Needs only the standard library. Checks that the corpus is the one of `tasks/holdout/corpus.json`,
that its Bloom filter is the shipped one, and by exact comparison that no sample's key was trained
on and no sample's full text starts a training document.
"""

import json
import sys

import corpus
import holdout
from documents import is_held_out
from samples import TASKS


def sample_texts(row: dict) -> list[str]:
    """The texts of a sample with all of its shots, question and answer."""
    if "text" in row:
        return [row["text"]]
    if "shots_8" in row:
        shots = row.get("shots_16", row["shots_8"])
        return [shots + row["question"] + row["choices"][row["gold"]]]
    prompts = [(row.get("question"), row.get("answer", "")), (row.get("question_steps"), row.get("steps", ""))]
    return [prompt + answer for prompt, answer in prompts if prompt]


def main() -> int:
    documents = corpus.documents()
    filter_, manifest = holdout.describe(documents)
    assert manifest == json.loads((TASKS / "holdout" / "corpus.json").read_text()), "another corpus"
    assert bytes(filter_.data) == (TASKS / "holdout" / "corpus.bloom").read_bytes(), "another filter"
    keys = {document.key for document in documents if document.key}
    texts = {document.text for document in documents if document.key}
    prompts = {document.prompt for document in documents if document.key}
    assert not any(map(is_held_out, keys))
    checked = 0
    for path in sorted((TASKS / "data").glob("*.jsonl")):
        for line in path.read_text().splitlines():
            row = json.loads(line)
            if "key" not in row:
                continue
            assert row["key"] not in keys and is_held_out(row["key"]), (path.name, row)
            assert not any(text in texts or text in prompts for text in sample_texts(row)), (path.name, row)
            checked += 1
    print(f"{len(documents)} training documents, {len(keys)} keys: none of {checked} samples is among them")
    return 0


if __name__ == "__main__":
    sys.exit(main())
