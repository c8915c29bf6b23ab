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
DECAY_SHARE = 0.5
FINAL_FACTOR = 0.02
BF16_FROM = 300_000

Rows = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def rate_factor(step: int, steps: int) -> float:
    """Linear warm-up, constant, then linear decay over the last half."""
    warm = min(1.0, (step + 1) / WARM_UP)
    decay_from = steps * (1 - DECAY_SHARE)
    if step < decay_from:
        return warm
    return warm * (FINAL_FACTOR + (1 - FINAL_FACTOR) * (steps - step) / (steps - decay_from))


def attention_mask(numbers: Tensor) -> Tensor:
    """Added mask [B, 1, T, T] from document numbers [B, T]: causal, and within a document only."""
    length = numbers.shape[1]
    causal = torch.ones(length, length, dtype=torch.bool, device=numbers.device).tril()
    allowed = (numbers[:, :, None] == numbers[:, None, :]) & causal
    return torch.where(allowed, 0.0, -1e9)[:, None]


def weighted_loss(model: Decoder, ids: Tensor, targets: Tensor, weights: Tensor, numbers: Tensor) -> Tensor:
    """Mean loss by weight; ids, targets, weights and numbers are [B, T]."""
    logits = model(ids, attention_mask(numbers))
    losses = F.cross_entropy(logits, targets.flatten(), reduction="none")
    return (losses * weights.flatten()).sum() / weights.sum()


def prepare_device(shape: Shape) -> str:
    """A GPU when present; matrix products of the larger shapes in bfloat16 or TF32, weights in fp32."""
    precise = shape.parameters < BF16_FROM
    torch.backends.mkldnn.matmul.fp32_precision = "ieee" if precise else "bf16"
    torch.backends.cuda.matmul.fp32_precision = "ieee" if precise else "tf32"
    return "cuda" if torch.cuda.is_available() else "cpu"


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
    device = prepare_device(shape)
    model = Decoder(shape, seed).to(device)
    optimizer = Optimizer(model)
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
        loss = loss_of(model, *batch)
        loss.backward()
        optimizer.step(rate_factor(step, steps))
        if after_step:
            after_step(step + 1, model, loss.detach())
    return model, time.time() - start
