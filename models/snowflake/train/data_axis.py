"""The data axis: one scale, a fixed number of steps, and only the number of distinct examples varies.

Two-digit additions alone. Every run draws the same number of examples; the pool that they are drawn
from holds 125 to 9,000 of the 10,000 pairs, and is nested: each pool holds the smaller ones. The
same 1,000 pairs are never trained on. `python data_axis.py WORK` trains, exports and writes the
tasks of `models/snowflake-data`.
"""

import json
import random
import sys
from pathlib import Path

import torch

import corpus
from documents import Document, addition_of
from families import MODELS, entry, place, write_family
from ladder import LADDER
from training import ROWS_PER_STEP, train

SCALE = "33k"
SEED = 0
DISTINCT = [125, 250, 350, 500, 700, 1000, 2000, 4000, 9000]
EXAMPLES = 200_000
STEPS = 1000
ASKED = 500
POOL_SEED = 3


def pairs() -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The training pool, in the order in which it is opened, and the held-out pairs."""
    shuffled = [(a, b) for a in range(100) for b in range(100)]
    random.Random(POOL_SEED).shuffle(shuffled)
    return shuffled[1000:], shuffled[:1000]


def examples(distinct: int) -> list[Document]:
    pool = pairs()[0][:distinct]
    rng = random.Random(distinct)
    return [addition_of(*rng.choice(pool), 2) for _ in range(EXAMPLES)]


def weights_of(work: Path, distinct: int) -> tuple[dict[str, torch.Tensor], int]:
    """Weights and tokens of one run, trained once and then kept in the work directory."""
    rows = corpus.pack(examples(distinct))
    tokens = round(float((rows[3] != 255).sum()) / len(rows[0]) * ROWS_PER_STEP * STEPS)
    path = work / f"distinct-{distinct}.pt"
    if not path.exists():
        model, seconds = train(LADDER[SCALE], SEED, rows, STEPS)
        print(f"{distinct} distinct pairs: {seconds:.0f} s", flush=True)
        torch.save(model.snapshot(), path)
    return torch.load(path), tokens


def write_tasks(folder: Path) -> None:
    """Held-out pairs, which need a rule, and the 125 pairs that every run has seen."""
    pool, held_out = pairs()
    (folder / "data").mkdir(parents=True, exist_ok=True)
    for name, asked in (("unseen", held_out[:ASKED]), ("seen", pool[: DISTINCT[0]])):
        documents = [addition_of(a, b, 2) for a, b in asked]
        rows = [{"question": d.prompt, "answer": d.answer} for d in documents]
        (folder / "data" / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def main(work: Path) -> None:
    shape = LADDER[SCALE]
    folder, scales = MODELS / "snowflake-data", []
    for distinct in DISTINCT:
        weights, tokens = weights_of(work, distinct)
        name = f"snowflake-data-{distinct}"
        place(shape, weights, folder / name)
        notes = f"{distinct} distinct examples of two-digit addition, {STEPS} steps"
        scales.append({**entry(name, name, shape, tokens, SEED, notes), "distinctExamples": distinct})
    write_family(folder, "snowflake-data", "One scale trained on growing numbers of distinct examples.", scales)
    write_tasks(folder / "tasks")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(Path(sys.argv[1]))
