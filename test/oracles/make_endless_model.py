"""Makes test/fixtures/models/endless/model.onnx: a decoder whose every run takes hours.

Written with onnx 1.22: python test/oracles/make_endless_model.py
"""
import pathlib

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

FILE = pathlib.Path(__file__).resolve().parent.parent / 'fixtures' / 'models' / 'endless' / 'model.onnx'


def value(name, kind, dims):
    return helper.make_tensor_value_info(name, kind, dims)


def constant(name, number, kind):
    return numpy_helper.from_array(numpy.array(number, dtype=kind), name)


# A run of one row and one token, the warm-up, counts to 1; any other counts to 2^40.
body = helper.make_graph(
    [
        helper.make_node('Identity', ['go'], ['go_on']),
        helper.make_node('Add', ['sum', 'one'], ['next_sum']),
    ],
    'count',
    [value('step', TensorProto.INT64, []), value('go', TensorProto.BOOL, []), value('sum', TensorProto.FLOAT, [])],
    [value('go_on', TensorProto.BOOL, []), value('next_sum', TensorProto.FLOAT, [])],
)
nodes = [
    helper.make_node('Size', ['input_ids'], ['size']),
    helper.make_node('Sub', ['size', 'one_id'], ['beyond']),
    helper.make_node('Mul', ['beyond', 'many'], ['far']),
    helper.make_node('Add', ['far', 'one_id'], ['trips']),
    helper.make_node('Loop', ['trips', 'yes', 'zero'], ['total'], body=body),
    helper.make_node('ConstantOfShape', ['table_shape'], ['table']),
    helper.make_node('Gather', ['table', 'input_ids'], ['rows'], axis=0),
    helper.make_node('Add', ['rows', 'total'], ['logits']),
]
graph = helper.make_graph(
    nodes,
    'endless',
    [value('input_ids', TensorProto.INT64, ['batch', 'sequence'])],
    [value('logits', TensorProto.FLOAT, ['batch', 'sequence', 257])],
    [
        constant('one', 1, numpy.float32),
        constant('zero', 0, numpy.float32),
        constant('yes', True, numpy.bool_),
        constant('one_id', 1, numpy.int64),
        constant('many', 2**40, numpy.int64),
        constant('table_shape', [257, 257], numpy.int64),
    ],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 16)], ir_version=8)
onnx.checker.check_model(model)
FILE.parent.mkdir(parents=True, exist_ok=True)
onnx.save(model, FILE)
