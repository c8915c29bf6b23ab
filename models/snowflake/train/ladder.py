"""The scales of the family and how many tokens and seeds each is trained on."""

from dataclasses import asdict, dataclass

from corpus import VOCABULARY

ROPE_BASE = 100.0
NORM_EPS = 1e-5


@dataclass(frozen=True)
class Shape:
    """A Llama-style decoder with tied embeddings."""

    width: int
    layers: int
    heads: int
    hidden: int

    @property
    def head_width(self) -> int:
        return self.width // self.heads

    @property
    def non_embedding(self) -> int:
        block = 4 * self.width**2 + 3 * self.width * self.hidden + 2 * self.width
        return self.layers * block + self.width

    @property
    def parameters(self) -> int:
        return VOCABULARY * self.width + self.non_embedding

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


LADDER = {
    "3k": Shape(8, 1, 2, 24),
    "7k": Shape(16, 1, 2, 44),
    "13k": Shape(24, 1, 2, 64),
    "33k": Shape(32, 2, 4, 88),
    "68k": Shape(48, 2, 4, 128),
    "111k": Shape(64, 2, 4, 160),
    "350k": Shape(96, 3, 6, 248),
    "972k": Shape(160, 3, 8, 432),
    "3m": Shape(256, 4, 8, 640),
}
