"""Logits of PyTorch for the test suite: `python goldens.py WORK` writes test/snowflake/goldens.json.

For each scale of SCALES, transformers' Llama with the trained weights reads each text alone, without
padding; the file holds the logits of the last position. The test feeds all texts to the exported
graph as one left-padded batch.
"""

import json
import sys
from pathlib import Path

import torch

from check_export import TEXTS, llama
from families import MODELS
from ladder import LADDER

SCALES = ["3k", "33k"]
TARGET = MODELS.parent / "test" / "snowflake" / "goldens.json"


@torch.no_grad()
def last_logits(work: Path, scale: str) -> list[list[float]]:
    weights = torch.load(work / f"{scale}-seed0.pt")[1]
    model = llama(LADDER[scale], weights, MODELS / "snowflake" / f"snowflake-{scale}-seed0")
    rows = [torch.tensor([[0, *(byte + 1 for byte in text.encode())]]) for text in TEXTS]
    return [[round(x, 5) for x in model(input_ids=row).logits[0, -1].tolist()] for row in rows]


def main(work: Path) -> None:
    goldens = {f"snowflake-{scale}-seed0": last_logits(work, scale) for scale in SCALES}
    TARGET.write_text(json.dumps({"texts": TEXTS, "lastLogits": goldens}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
