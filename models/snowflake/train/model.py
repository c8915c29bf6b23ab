"""A Llama-style decoder written for training speed on small shapes.

Shapes: B rows, T tokens a row, D width, H heads, F hidden width of the feed-forward, V vocabulary.
Query, key and value are one matrix, gate and up another; export.py splits them for Hugging Face.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from corpus import VOCABULARY
from ladder import NORM_EPS, ROPE_BASE, Shape


def initial_weights(shape: Shape, seed: int) -> dict[str, Tensor]:
    """N(0, 1/fan_in); projections into the residual stream are scaled down by sqrt(2 * layers)."""
    generator = torch.Generator().manual_seed(seed)
    width, hidden = shape.width, shape.hidden

    def normal(rows: int, columns: int, std: float) -> Tensor:
        return torch.randn(rows, columns, generator=generator) * std

    residual = 1 / math.sqrt(2 * shape.layers)
    weights = {"embedding": normal(VOCABULARY, width, 0.1), "final_norm": torch.ones(width)}
    for layer in range(shape.layers):
        weights |= {
            f"{layer}_attention_norm": torch.ones(width),
            f"{layer}_qkv": normal(3 * width, width, width**-0.5),
            f"{layer}_output": normal(width, width, width**-0.5 * residual),
            f"{layer}_feed_norm": torch.ones(width),
            f"{layer}_gate_up": normal(2 * hidden, width, width**-0.5),
            f"{layer}_down": normal(width, hidden, hidden**-0.5 * residual),
        }
    return weights


def rope_tables(length: int, head_width: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines [T, head_width / 2] of the rotary embedding."""
    half = head_width // 2
    frequencies = ROPE_BASE ** (-torch.arange(half).float() / half)
    angles = torch.arange(length).float()[:, None] * frequencies
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotate the two halves of each head: x [..., T, head_width]."""
    a, b = x.chunk(2, -1)
    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)


def rms_norm(x: Tensor, gain: Tensor) -> Tensor:
    """x [N, D], gain [D]."""
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + NORM_EPS) * gain


class Decoder(nn.Module):
    def __init__(self, shape: Shape, seed: int):
        super().__init__()
        self.shape = shape
        self.weights = nn.ParameterDict(initial_weights(shape, seed))

    def attention(self, x: Tensor, layer: int, mask: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """x [B * T, D], mask [B, 1, T, T] (added to the scores)."""
        rows, _, length, _ = mask.shape
        heads, head_width = self.shape.heads, self.shape.head_width
        qkv = F.linear(x, self.weights[f"{layer}_qkv"]).view(rows, length, 3, heads, head_width)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        scores = torch.matmul(q, k.transpose(2, 3)) * head_width**-0.5 + mask
        mixed = torch.matmul(scores.softmax(-1), v).transpose(1, 2).reshape(x.shape)
        return F.linear(mixed, self.weights[f"{layer}_output"])

    def feed_forward(self, x: Tensor, layer: int) -> Tensor:
        gate, up = F.linear(x, self.weights[f"{layer}_gate_up"]).chunk(2, -1)
        return F.linear(F.silu(gate) * up, self.weights[f"{layer}_down"])

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Logits [B * T, V] for ids [B, T] and mask [B, 1, T, T]."""
        weights = self.weights
        cos, sin = (table.to(ids.device) for table in rope_tables(ids.shape[1], self.shape.head_width))
        x = F.embedding(ids.flatten(), weights["embedding"])
        for layer in range(self.shape.layers):
            x = x + self.attention(rms_norm(x, weights[f"{layer}_attention_norm"]), layer, mask, cos, sin)
            x = x + self.feed_forward(rms_norm(x, weights[f"{layer}_feed_norm"]), layer)
        return F.linear(rms_norm(x, weights["final_norm"]), weights["embedding"])

    def snapshot(self) -> dict[str, Tensor]:
        """A copy of the weights in main memory."""
        return {name: weight.detach().cpu().clone() for name, weight in self.weights.items()}
