"""Muon for the matrices of the blocks, AdamW for embedding and norms."""

import torch
from torch import Tensor

from model import Decoder

MUON_RATE = 0.01
ADAM_RATE = 4e-3
DECAY = 0.1
MOMENTUM = 0.95
CLIP = 1.0
PARTS = {"qkv": 3, "output": 1, "gate_up": 2, "down": 1}


def orthogonalise(matrices: Tensor, dtype: torch.dtype, steps: int = 5) -> Tensor:
    """Newton-Schulz on a batch [M, rows, columns] with rows <= columns, computed in `dtype`."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = (matrices / (matrices.norm(dim=(1, 2), keepdim=True) + 1e-7)).to(dtype)
    for _ in range(steps):
        gram = torch.bmm(x, x.transpose(1, 2))
        polynomial = torch.baddbmm(gram, gram, gram, beta=b, alpha=c)
        x = torch.baddbmm(x, polynomial, x, beta=a)
    return x.to(matrices.dtype)


class Optimizer:
    def __init__(self, model: Decoder, dtype: torch.dtype):
        """`dtype` is what Muon computes in; weights and momenta are fp32."""
        self.dtype = dtype
        weights = dict(model.weights.items())
        parts = {name: PARTS.get(name.split("_", 1)[-1]) for name in weights}
        self.matrices = [(weights[name], count) for name, count in parts.items() if count]
        self.everything = list(weights.values())
        groups = [
            {"params": [weights["embedding"]], "weight_decay": DECAY},
            {"params": [p for name, p in weights.items() if name.endswith("norm")], "weight_decay": 0.0},
        ]
        self.adam = torch.optim.AdamW(groups, lr=ADAM_RATE, betas=(0.9, 0.98), eps=1e-9, fused=True)
        self.momenta = [torch.zeros_like(p) for p, _ in self.matrices]

    @torch.no_grad()
    def step(self, factor: float) -> None:
        """One update with both learning rates scaled by `factor`; drops the gradients."""
        torch.nn.utils.clip_grad_norm_(self.everything, CLIP)
        for group in self.adam.param_groups:
            group["lr"] = ADAM_RATE * factor
        self.adam.step()
        self.muon(MUON_RATE * factor)
        for p in self.everything:
            p.grad = None

    def muon(self, rate: float) -> None:
        """Fused matrices are split into their parts; parts of one shape are orthogonalised together."""
        by_shape: dict[tuple[int, int], list[tuple[int, Tensor]]] = {}
        for index, ((p, parts), momentum) in enumerate(zip(self.matrices, self.momenta)):
            momentum.lerp_(p.grad, 1 - MOMENTUM)
            pieces = p.grad.lerp(momentum, MOMENTUM).view(parts, -1, p.shape[1])
            if pieces.shape[1] > pieces.shape[2]:
                pieces = pieces.transpose(1, 2)
            by_shape.setdefault((pieces.shape[1], pieces.shape[2]), []).append((index, pieces))
        for group in by_shape.values():
            results = orthogonalise(torch.cat([pieces for _, pieces in group]), self.dtype)
            for (index, _), result in zip(group, results.split([pieces.shape[0] for _, pieces in group])):
                p, parts = self.matrices[index]
                rows, columns = p.shape[0] // parts, p.shape[1]
                if rows > columns:
                    result = result.transpose(1, 2)
                scale = max(1.0, rows / columns) ** 0.5
                p.mul_(1 - rate * DECAY).add_(result.reshape(p.shape), alpha=-rate * scale)
