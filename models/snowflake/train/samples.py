"""The samples of the shipped tasks, one JSONL file a task: `python samples.py` writes them all.

Every row but those of facts and strings has `key`, the text that the hold-out rule and the Bloom
filter judge (documents.py, holdout.py).
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import documents as kinds
import holdout
from documents import Document
from worlds import ATTRIBUTES, FAVOURITE, PEOPLE, STRINGS

TASKS = Path(__file__).resolve().parent.parent / "tasks"
SAMPLES = 500
PEOPLE_ASKED = 600
SHOTS = [0, 1, 2, 4, 8, 16]
HARD_SHOTS = 8
KEYS_ASKED = 4
DIGITS_ASKED = 4
TASK_SEED = 2024

Row = dict[str, object]


def unseen(make, seed: int, trained: holdout.Filter, count: int = SAMPLES, **options) -> Iterator[Document]:
    """Distinct held-out documents whose keys the filter proves untrained."""
    rng = random.Random(f"{TASK_SEED} {make.__name__} {seed}")
    keys: set[str] = set()
    while len(keys) < count:
        document = kinds.draw(rng, make, held_out=True, **options)
        if document.key not in keys and document.key not in trained:
            keys.add(document.key)
            yield document


def answered(document: Document) -> Row:
    return {"question": document.prompt, "answer": document.answer, "key": document.key}


def final_answered(direct: Document, written: Document) -> Row:
    """One question asked twice: `question` wants the answer at once, `question_steps` the way to it."""
    return {
        "question": direct.prompt,
        "question_steps": written.prompt,
        "steps": written.answer,
        "answer": direct.answer,
        "key": direct.key,
    }


def in_both_ways(make, trained: holdout.Filter, words: tuple[str, str]) -> list[Row]:
    rows = []
    for written in unseen(make, 0, trained, written=True):
        prompt = written.prompt.replace(words[0], words[1])
        direct = Document(written.key, [(prompt, kinds.PROMPT), (written.answer[-1], kinds.ANSWER)])
        rows.append(final_answered(direct, written))
    return rows


def hard_final(make, trained: holdout.Filter) -> list[Row]:
    return [
        {"question_steps": d.prompt, "steps": d.answer, "answer": d.answer[-1], "key": d.key}
        for d in unseen(make, 0, trained)
    ]


def facts() -> list[Row]:
    """People at even distances of rank, the most talked about first."""
    ranks = [i * len(PEOPLE) // PEOPLE_ASKED for i in range(PEOPLE_ASKED)]
    return [
        {"question": f"{PEOPLE[rank]} is", "gold": ATTRIBUTES.index(FAVOURITE[PEOPLE[rank]]), "rank": rank + 1}
        for rank in ranks
    ]


def digits(additions: list[Row]) -> list[Row]:
    """Each digit of a sum, with the right digits before it given."""
    return [
        {
            "question": f"{row['question']}{row['answer'][:place]}",
            "gold": int(row["answer"][place]),
            "place": place,
            "key": row["key"],
        }
        for row in additions[: SAMPLES // DIGITS_ASKED]
        for place in range(DIGITS_ASKED)
    ]


def shown(document: Document, shots: list[int]) -> Row:
    """A mapping with its pairs written out: the last `k` of them before the key that is asked."""
    pairs = document.text.split(" ")
    asked, label = pairs[-1][:-1], pairs[-1][-1]
    choices = sorted({pair[-1] for pair in document.key.split(" ")[1:]})
    row: Row = {"question": asked, "choices": choices, "gold": choices.index(label), "key": document.key}
    for count in shots:
        row[f"shots_{count}"] = "".join(pair + " " for pair in pairs[len(pairs) - 1 - count : -1])
    return row


def polarity(trained: holdout.Filter, cued: bool) -> list[Row]:
    choices = ["good", "bad"]
    return [
        {"question": d.prompt.rstrip(), "gold": choices.index(d.answer), "key": d.key}
        for d in unseen(kinds.cue, int(cued), trained, cued=cued)
    ]


def all_samples(trained: holdout.Filter) -> dict[str, list[Row]]:
    additions = [answered(d) for d in unseen(kinds.addition, 0, trained)]
    mappings = unseen(kinds.in_context, 0, trained, size=KEYS_ASKED, pairs=SHOTS[-1] + 1)
    pairs = unseen(kinds.hard_in_context, 0, trained, size=KEYS_ASKED, pairs=HARD_SHOTS + 1)
    strings = {
        f"verbatim_{times}": [{"question": f"# {s[:8]}", "answer": s[8:], "seen": times} for s in STRINGS[times]]
        for times in STRINGS
    }
    return {
        "facts": facts(),
        "addition": additions,
        "addition_digits": digits(additions),
        "addition_hard": [answered(d) for d in unseen(kinds.hard_addition, 0, trained)],
        "multiplication": [answered(d) for d in unseen(kinds.multiplication, 0, trained)],
        "icl": [shown(d, SHOTS) for d in mappings],
        "icl_hard": [shown(d, [HARD_SHOTS]) for d in pairs],
        "copy": [answered(d) for d in unseen(kinds.copy, 0, trained)],
        "hop": in_both_ways(kinds.walk, trained, (" walk ", " jump ")),
        "hop_2": [answered(d) for d in unseen(kinds.leap, 0, trained)],
        "hop_hard": hard_final(kinds.hard_walk, trained),
        "sum": in_both_ways(kinds.sums, trained, ("steps ", "total ")),
        "sum_hard": hard_final(kinds.hard_sums, trained),
        "cue": polarity(trained, True),
        "plain": polarity(trained, False),
        "text": [{"text": d.text, "key": d.key} for d in unseen(kinds.text, 0, trained)],
        **strings,
    }


def write() -> None:
    trained = holdout.write(TASKS / "holdout")
    data = TASKS / "data"
    data.mkdir(parents=True, exist_ok=True)
    for name, rows in all_samples(trained).items():
        (data / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


if __name__ == "__main__":
    write()
