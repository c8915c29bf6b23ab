"""Makes test/fixtures/models/hungry/model.onnx: a decoder that wants terabytes for more than 64 ids at once.

Written with onnx 1.22: python test/oracles/make_hungry_model.py
"""
import pathlib

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

FILE = pathlib.Path(__file__).resolve().parent.parent / 'fixtures' / 'models' / 'hungry' / 'model.onnx'
VOCABULARY, FITS = 257, 64


def value(name, kind, dims):
    return helper.make_tensor_value_info(name, kind, dims)


def constant(name, number, kind):
    return numpy_helper.from_array(numpy.array(number, dtype=kind), name)


nodes = [
    helper.make_node('Size', ['input_ids'], ['size']),
    helper.make_node('Sub', ['size', 'fits'], ['beyond']),
    helper.make_node('Max', ['beyond', 'none'], ['excess']),
    helper.make_node('Mul', ['excess', 'terabyte'], ['elements']),
    helper.make_node('Reshape', ['elements', 'one'], ['shape']),
    helper.make_node('ConstantOfShape', ['shape'], ['appetite']),
    helper.make_node('ReduceSum', ['appetite'], ['nothing'], keepdims=0),
    helper.make_node('Unsqueeze', ['input_ids', 'last'], ['column']),
    helper.make_node('Cast', ['column'], ['number'], to=TensorProto.FLOAT),
    helper.make_node('Mul', ['number', 'angles'], ['turned']),
    helper.make_node('Sin', ['turned'], ['rows']),
    helper.make_node('Add', ['rows', 'nothing'], ['logits']),
]
graph = helper.make_graph(
    nodes,
    'hungry',
    [value('input_ids', TensorProto.INT64, ['batch', 'sequence'])],
    [value('logits', TensorProto.FLOAT, ['batch', 'sequence', VOCABULARY])],
    [
        constant('fits', FITS, numpy.int64),
        constant('none', 0, numpy.int64),
        constant('terabyte', 2**38, numpy.int64),
        constant('one', [1], numpy.int64),
        constant('last', [-1], numpy.int64),
        constant('angles', numpy.arange(VOCABULARY) * 0.1, numpy.float32),
    ],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 16)], ir_version=8)
onnx.checker.check_model(model)
FILE.parent.mkdir(parents=True, exist_ok=True)
onnx.save(model, FILE)
