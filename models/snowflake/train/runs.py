"""Training runs kept in a work directory: finished runs are never repeated.

A run writes `<work>/<scale>-seed<seed>.pt` (weights at each fraction of FRACTIONS) and a `.json`
beside it (tokens, seconds, loss curve). Run one with `python runs.py WORK SCALE SEED`.
"""

import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import torch

import corpus
from ladder import LADDER
from model import Decoder
from training import ROWS_PER_STEP, Rows, train

FRACTIONS = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1]
LOG_EVERY = 250


def training_rows(work: Path) -> Rows:
    """The packed corpus, cached as `corpus.npz`."""
    path = work / "corpus.npz"
    if not path.exists():
        unfinished = work / f"corpus-{os.getpid()}.npz"
        np.savez(unfinished, *corpus.pack(corpus.documents()))
        unfinished.rename(path)
    with np.load(path) as arrays:
        return tuple(arrays[f"arr_{i}"] for i in range(4))


def run(work: Path, scale: str, seed: int) -> None:
    result = work / f"{scale}-seed{seed}.pt"
    if result.exists():
        return
    rows = training_rows(work)
    steps = len(rows[0]) // ROWS_PER_STEP
    tokens_a_step = float((rows[3] != 255).sum()) / len(rows[0]) * ROWS_PER_STEP
    marks = {round(fraction * steps): fraction for fraction in FRACTIONS}
    snapshots, curve = {}, []

    def after_step(done: int, model: Decoder, loss: torch.Tensor) -> None:
        if done in marks:
            snapshots[marks[done]] = model.snapshot()
        if done % LOG_EVERY == 0 or done == steps:
            curve.append({"step": done, "loss": round(loss.item(), 4)})
            print(scale, seed, f"{done}/{steps}", curve[-1]["loss"], flush=True)

    _, seconds = train(LADDER[scale], seed, rows, after_step=after_step)
    record = {
        "scale": scale,
        "seed": seed,
        "steps": steps,
        "tokens": {str(fraction): round(step * tokens_a_step) for step, fraction in marks.items()},
        "seconds": round(seconds),
        "cpuSeconds": round(time.process_time()),
        "curve": curve,
    }
    result.with_suffix(".json").write_text(json.dumps(record))
    unfinished = result.with_suffix(".unfinished")
    torch.save(snapshots, unfinished)
    unfinished.rename(result)


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("THREADS", "1")))
    run(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
