"""Assemble model directories and family.json files from finished runs.

`models/snowflake` holds every scale and seed at the end of training, `models/snowflake-checkpoints`
two scales at several token counts. The data axis is written by data_axis.py.
"""

import json
from pathlib import Path

import torch

from check_export import check
from export import export, write_json
from ladder import LADDER, Shape
from runs import FRACTIONS

MODELS = Path(__file__).resolve().parent.parent.parent
CHECKPOINTED = ["33k", "111k"]

Entry = dict[str, object]


def entry(path: str, name: str, shape: Shape, tokens: int, seed: int, notes: str) -> Entry:
    return {
        "path": path,
        "name": name,
        "nParams": shape.parameters,
        "nParamsNonEmbedding": shape.non_embedding,
        "trainingTokens": tokens,
        "seed": seed,
        "notes": notes,
    }


def place(shape: Shape, weights: dict[str, torch.Tensor], folder: Path) -> None:
    """Export one model directory and check it; a failed check stops everything."""
    export(shape, weights, folder)
    print(f"{folder.name}: largest difference {check(shape, weights, folder):.1e}", flush=True)


def in_order(scales: list[Entry]) -> list[Entry]:
    return sorted(scales, key=lambda scale: (scale["nParams"], scale["seed"], scale["trainingTokens"]))


def write_family(folder: Path, name: str, description: str, scales: list[Entry]) -> None:
    write_json(folder / "family.json", {"name": name, "description": description, "scales": scales})


def finished(work: Path) -> list[tuple[str, int, dict, dict]]:
    """Scale, seed, record and weights by fraction of every finished run."""
    runs = []
    for path in sorted(work.glob("*-seed*.pt")):
        record = json.loads(path.with_suffix(".json").read_text())
        runs.append((record["scale"], record["seed"], record, torch.load(path)))
    return runs


def describe(shape: Shape) -> str:
    layers = "1 layer" if shape.layers == 1 else f"{shape.layers} layers"
    return f"width {shape.width}, {layers}, {shape.heads} heads, feed-forward {shape.hidden}"


def assemble(work: Path) -> None:
    main, checkpoints = MODELS / "snowflake", MODELS / "snowflake-checkpoints"
    main_scales, checkpoint_scales = [], []
    for scale, seed, record, weights in finished(work):
        shape = LADDER[scale]
        name = f"snowflake-{scale}-seed{seed}"
        place(shape, weights[1], main / name)
        main_scales.append(entry(name, name, shape, record["tokens"]["1"], seed, describe(shape)))
        if scale not in CHECKPOINTED or seed != 0:
            continue
        for fraction in FRACTIONS:
            tokens = record["tokens"][str(fraction)]
            step = round(fraction * record["steps"])
            name = f"snowflake-{scale}-step{step}"
            place(shape, weights[fraction], checkpoints / name)
            notes = "end of training" if fraction == 1 else "before the end of the learning rate's decay"
            checkpoint_scales.append(entry(name, name, shape, tokens, seed, f"step {step}: {notes}"))
    write_family(
        main,
        "snowflake",
        "Small Llama-style models trained on one mixture, to show how abilities change with scale.",
        in_order(main_scales),
    )
    if checkpoint_scales:
        write_family(
            checkpoints,
            "snowflake-checkpoints",
            "Two scales of snowflake during training: the same run at growing numbers of tokens.",
            in_order(checkpoint_scales),
        )
