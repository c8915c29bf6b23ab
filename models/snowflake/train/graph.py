"""The decoder as an ONNX graph, built operator by operator from trained weights.

Inputs `input_ids` [b, s], `attention_mask` [b, past + s], `position_ids` [b, s] and
`past_key_values.{layer}.{key,value}` [b, H, past, head_width]; outputs `logits` [b, s, V] and
`present.{layer}.{key,value}` [b, H, past + s, head_width]. Rotary angles are computed from the
positions, so the file holds no table and any length runs.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from corpus import VOCABULARY
from ladder import NORM_EPS, ROPE_BASE, Shape

OPSET = 18
IR_VERSION = 8
# Added to the scores of hidden positions: vanishes in the softmax, fits in fp16, gives no NaN when
# a whole row is hidden.
HIDDEN = -30000.0

Weights = dict[str, np.ndarray]


class Builder:
    """Collects nodes and initializers; every method returns the name of its result."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: np.ndarray) -> str:
        if name not in self.initializers:
            self.initializers[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def integers(self, *values: int) -> str:
        return self.constant("i_" + "_".join(map(str, values)), np.array(values, np.int64))

    def scalar(self, name: str, value: float) -> str:
        return self.constant(name, np.array(value, np.float32))

    def add(self, kind: str, inputs: list[str], name: str, **attributes) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def split(self, source: str, names: list[str], axis: int) -> list[str]:
        self.nodes.append(
            helper.make_node("Split", [source], names, name=names[0] + "_split", axis=axis, num_outputs=len(names))
        )
        return names


def attention_bias(g: Builder) -> str:
    """[b, 1, s, past + s]: zero where a query may look, HIDDEN elsewhere."""
    total = g.add("Shape", ["attention_mask"], "total_length", start=1, end=2)
    length = g.add("Shape", ["input_ids"], "length", start=1, end=2)
    zero, one = g.constant("zero", np.array(0, np.int64)), g.constant("one", np.array(1, np.int64))
    total = g.add("Squeeze", [total], "total")
    length = g.add("Squeeze", [length], "new")
    past = g.add("Sub", [total, length], "past")
    keys = g.add("Range", [zero, total, one], "key_index")
    queries = g.add("Range", [past, total, one], "query_index")
    queries = g.add("Unsqueeze", [queries, g.integers(1)], "query_column")
    causal = g.add("LessOrEqual", [keys, queries], "causal")
    real = g.add("Cast", ["attention_mask"], "real", to=TensorProto.BOOL)
    real = g.add("Unsqueeze", [real, g.integers(1, 2)], "real_keys")
    visible = g.add("And", [causal, real], "visible")
    return g.add("Where", [visible, g.scalar("seen", 0.0), g.scalar("hidden", HIDDEN)], "bias")


def rotary(g: Builder, head_width: int) -> tuple[str, str]:
    """Cosines and sines [b, 1, s, head_width] of the positions."""
    half = head_width // 2
    frequencies = ROPE_BASE ** (-np.arange(half, dtype=np.float32) / half)
    table = g.constant("frequencies", np.concatenate([frequencies, frequencies]).astype(np.float32))
    positions = g.add("Cast", ["position_ids"], "positions", to=TensorProto.FLOAT)
    positions = g.add("Unsqueeze", [positions, g.integers(1, 3)], "position_columns")
    angles = g.add("Mul", [positions, table], "angles")
    return g.add("Cos", [angles], "cos"), g.add("Sin", [angles], "sin")


def rotate(g: Builder, x: str, cos: str, sin: str) -> str:
    """x [b, H, s, head_width]."""
    first, second = g.split(x, [x + "_first", x + "_second"], -1)
    negative = g.add("Neg", [second], x + "_negative")
    turned = g.add("Concat", [negative, first], x + "_turned", axis=-1)
    straight = g.add("Mul", [x, cos], x + "_cos")
    return g.add("Add", [straight, g.add("Mul", [turned, sin], x + "_sin")], x + "_rotated")


def norm(g: Builder, x: str, name: str, gain: np.ndarray) -> str:
    square = g.add("Pow", [x, g.scalar("two", 2.0)], name + "_square")
    mean = g.add("ReduceMean", [square, g.integers(-1)], name + "_mean", keepdims=1)
    shifted = g.add("Add", [mean, g.scalar("epsilon", NORM_EPS)], name + "_shifted")
    scaled = g.add("Div", [x, g.add("Sqrt", [shifted], name + "_root")], name + "_scaled")
    return g.add("Mul", [scaled, g.constant(name + ".weight", gain)], name)


def linear(g: Builder, x: str, name: str, weight: np.ndarray) -> str:
    """weight [out, in], stored transposed."""
    return g.add("MatMul", [x, g.constant(name + ".weight", weight.T)], name)


def attention(g: Builder, x: str, layer: int, shape: Shape, weights: Weights, shared: tuple[str, str, str]) -> str:
    bias, cos, sin = shared
    at = f"layer{layer}.attention."
    qkv = linear(g, x, at + "qkv", weights[f"{layer}_qkv"])
    heads = []
    for part in g.split(qkv, [at + "q", at + "k", at + "v"], -1):
        split = g.add("Reshape", [part, g.integers(0, 0, shape.heads, shape.head_width)], part + "_heads")
        heads.append(g.add("Transpose", [split], part + "_rows", perm=[0, 2, 1, 3]))
    q, k, v = rotate(g, heads[0], cos, sin), rotate(g, heads[1], cos, sin), heads[2]
    k = g.add("Concat", [f"past_key_values.{layer}.key", k], f"present.{layer}.key", axis=2)
    v = g.add("Concat", [f"past_key_values.{layer}.value", v], f"present.{layer}.value", axis=2)
    columns = g.add("Transpose", [k], at + "k_columns", perm=[0, 1, 3, 2])
    scores = g.add("MatMul", [q, columns], at + "scores")
    scores = g.add("Mul", [scores, g.scalar("scale", shape.head_width**-0.5)], at + "scaled")
    scores = g.add("Add", [scores, bias], at + "biased")
    shares = g.add("Softmax", [scores], at + "shares", axis=-1)
    mixed = g.add("MatMul", [shares, v], at + "mixed")
    mixed = g.add("Transpose", [mixed], at + "mixed_rows", perm=[0, 2, 1, 3])
    mixed = g.add("Reshape", [mixed, g.integers(0, 0, shape.width)], at + "joined")
    return linear(g, mixed, at + "output", weights[f"{layer}_output"])


def feed_forward(g: Builder, x: str, layer: int, weights: Weights) -> str:
    at = f"layer{layer}.feed."
    both = linear(g, x, at + "gate_up", weights[f"{layer}_gate_up"])
    gate, up = g.split(both, [at + "gate", at + "up"], -1)
    gate = g.add("Mul", [gate, g.add("Sigmoid", [gate], at + "sigmoid")], at + "silu")
    return linear(g, g.add("Mul", [gate, up], at + "product"), at + "down", weights[f"{layer}_down"])


def build(shape: Shape, weights: Weights) -> onnx.ModelProto:
    g = Builder()
    shared = (attention_bias(g), *rotary(g, shape.head_width))
    embedding = g.constant("embedding.weight", weights["embedding"])
    x = g.add("Gather", [embedding, "input_ids"], "embedded")
    for layer in range(shape.layers):
        at = f"layer{layer}."
        inner = norm(g, x, at + "attention_norm", weights[f"{layer}_attention_norm"])
        x = g.add("Add", [x, attention(g, inner, layer, shape, weights, shared)], at + "attended")
        inner = norm(g, x, at + "feed_norm", weights[f"{layer}_feed_norm"])
        x = g.add("Add", [x, feed_forward(g, inner, layer, weights)], at + "fed")
    x = norm(g, x, "final_norm", weights["final_norm"])
    head = g.add("Transpose", [embedding], "head.weight", perm=[1, 0])
    g.add("MatMul", [x, head], "logits")

    def cache(stem: str, length: str) -> list[onnx.ValueInfoProto]:
        size = ["batch_size", shape.heads, length, shape.head_width]
        names = [f"{stem}.{layer}.{part}" for layer in range(shape.layers) for part in ("key", "value")]
        return [helper.make_tensor_value_info(name, TensorProto.FLOAT, size) for name in names]

    def integers(name: str, length: str) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.INT64, ["batch_size", length])

    inputs = [
        integers("input_ids", "sequence_length"),
        integers("attention_mask", "total_sequence_length"),
        integers("position_ids", "sequence_length"),
        *cache("past_key_values", "past_sequence_length"),
    ]
    logits = helper.make_tensor_value_info(
        "logits", TensorProto.FLOAT, ["batch_size", "sequence_length", VOCABULARY]
    )
    outputs = [logits, *cache("present", "total_sequence_length")]
    graph = helper.make_graph(g.nodes, "decoder", inputs, outputs, list(g.initializers.values()))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    model.producer_name = "snowflake"
    onnx.checker.check_model(model, full_check=True)
    return model
