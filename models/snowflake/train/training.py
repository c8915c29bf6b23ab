"""The training loop: one shape and seed, one epoch over packed rows."""

import time
from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ladder import Shape
from model import Decoder
from optimizer import Optimizer

ROWS_PER_STEP = 32
WARM_UP = 50
FINAL_FACTOR = 0.02
BF16_FROM = 300_000

Rows = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def rate_factor(step: int, steps: int) -> float:
    """Linear warm-up, then linear decay to FINAL_FACTOR over the whole run."""
    warm = min(1.0, (step + 1) / WARM_UP)
    return warm * (FINAL_FACTOR + (1 - FINAL_FACTOR) * (steps - step) / steps)


def attention_mask(numbers: Tensor) -> Tensor:
    """Added mask [B, 1, T, T] from document numbers [B, T]: causal, and within a document only."""
    length = numbers.shape[1]
    causal = torch.ones(length, length, dtype=torch.bool, device=numbers.device).tril()
    allowed = (numbers[:, :, None] == numbers[:, None, :]) & causal
    return torch.where(allowed, 0.0, -1e9)[:, None]


def weighted_loss(
    model: Decoder, dtype: torch.dtype, ids: Tensor, targets: Tensor, weights: Tensor, numbers: Tensor
) -> Tensor:
    """Mean loss by weight, with products in `dtype`; ids, targets, weights and numbers are [B, T]."""
    with torch.autocast(ids.device.type, dtype, enabled=dtype != torch.float32):
        logits = model(ids, attention_mask(numbers))
    losses = F.cross_entropy(logits.float(), targets.flatten(), reduction="none")
    return (losses * weights.flatten()).sum() / weights.sum()


def train(
    shape: Shape,
    seed: int,
    rows: Rows,
    steps: int | None = None,
    after_step: Callable[[int, Decoder, Tensor], None] | None = None,
) -> tuple[Decoder, float]:
    """Train for one epoch, or for `steps`; returns the model and the seconds taken.

    The seed decides the initial weights and the order of the rows. `after_step` gets the number of
    steps done, the model and the loss.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    dtype = torch.float32 if shape.parameters < BF16_FROM else torch.bfloat16
    model = Decoder(shape, seed).to(device)
    optimizer = Optimizer(model, dtype)
    loss_of = torch.compile(weighted_loss, dynamic=False)
    epoch = len(rows[0]) // ROWS_PER_STEP
    steps = steps or epoch
    order = np.random.RandomState(seed)
    start = time.time()
    for step in range(steps):
        at = step % epoch * ROWS_PER_STEP
        if at == 0:
            permutation = order.permutation(len(rows[0]))
        chosen = permutation[at : at + ROWS_PER_STEP]
        kinds = (np.int64, np.int64, np.float32, np.int16)
        batch = [torch.from_numpy(array[chosen].astype(kind)).to(device) for array, kind in zip(rows, kinds)]
        loss = loss_of(model, dtype, *batch)
        loss.backward()
        optimizer.step(rate_factor(step, steps))
        if after_step:
            after_step(step + 1, model, loss.detach())
    return model, time.time() - start
