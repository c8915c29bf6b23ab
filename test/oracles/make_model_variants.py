"""Makes test/fixtures/models/variants/: one small decoder in the forms that exporters give it, and what PyTorch says of it.

merged.onnx        a cache branch and a first-pass branch behind use_cache_branch (optimum's decoder_model_merged)
merged_step.onnx   the same with a cache branch that was traced for one token: without a causal mask
no_positions.onnx  positions counted from the cache's length, no position_ids
no_cache.onnx      the whole text again at every step
packed.onnx        GroupQueryAttention with rotation inside and no position_ids (onnxruntime-genai)
packed_joined.onnx the same with queries, keys and values as one input
packed_half.onnx   the same with float16 arithmetic between float32 ends
half_logits.onnx   a float16 cache and float16 logits around float32 arithmetic
half_inside.onnx   float16 arithmetic between float32 ends, by onnxruntime's converter, which puts the casts of inputs last

Written with torch 2.13, onnx 1.22, onnxruntime 1.30: python test/oracles/make_model_variants.py
"""
import copy
import pathlib
import random

import numpy
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

import make_tiny_models as tiny
from onnxruntime.transformers.float16 import convert_float_to_float16

DIRECTORY = tiny.FIXTURES / 'variants'
WIDTH, LAYERS, HEADS, CONTEXT = 32, 1, 2, 64
SIZE = WIDTH // HEADS
CACHE = ['batch', HEADS, 'past', SIZE]


class NoPositions(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, *past):
        steps, before = input_ids.shape[1], past[0].shape[2]
        positions = torch.arange(steps)[None] + before
        return self.model(input_ids, attention_mask, positions, *past)


class NoCache(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, position_ids):
        empty = torch.zeros(input_ids.shape[0], HEADS, 0, SIZE)
        return self.model(input_ids, attention_mask, position_ids, *[empty] * (2 * LAYERS))[0]


def export(model, arguments, file, inputs, outputs):
    axes = {name: {0: 'batch', 1: 'sequence'} for name in ('input_ids', 'position_ids', 'logits')}
    axes |= {'attention_mask': {0: 'batch', 1: 'total'}}
    axes |= {name: {0: 'batch', 2: 'past'} for name in inputs if name.startswith('past')}
    axes |= {name: {0: 'batch', 2: 'total'} for name in outputs if name.startswith('present')}
    torch.onnx.export(
        model, arguments, str(file), dynamo=False, opset_version=16, do_constant_folding=False, input_names=inputs,
        output_names=outputs, dynamic_axes={name: axes[name] for name in [*inputs, *outputs]},
    )
    loaded = onnx.load(file)
    for node in loaded.graph.node:
        node.ClearField('doc_string')
    onnx.save(loaded, file)
    return loaded


def branch(name, graph, outputs):
    """A graph as a branch of an If: its values under names of their own, its weights from outside."""
    weights = {tensor.name for tensor in graph.initializer}
    outside = weights | {value.name for value in graph.input} | {''}
    nodes = []
    for node in graph.node:
        copied = onnx.NodeProto()
        copied.CopyFrom(node)
        copied.name = f'{name}/{node.name}'
        del copied.input[:], copied.output[:]
        copied.input.extend(part if part in outside else f'{name}/{part}' for part in node.input)
        copied.output.extend(f'{name}/{part}' for part in node.output)
        nodes.append(copied)
    renamed = []
    for value in outputs:
        copied = onnx.ValueInfoProto()
        copied.CopyFrom(value)
        copied.name = f'{name}/{value.name}'
        renamed.append(copied)
    return helper.make_graph(nodes, name, [], renamed)


def merge(first, later, file):
    """optimum's merged decoder: the first pass ignores the cache that it is fed."""
    names = [value.name for value in later.graph.output]
    outputs = {value.name: value for value in later.graph.output}
    chosen = helper.make_node(
        'If', ['use_cache_branch'], names, name='optimum::if',
        then_branch=branch('with_past', later.graph, [outputs[name] for name in names]),
        else_branch=branch('no_past', first.graph, [outputs[name] for name in names]),
    )
    weights = {tensor.name: tensor for tensor in [*first.graph.initializer, *later.graph.initializer]}
    switch = helper.make_tensor_value_info('use_cache_branch', TensorProto.BOOL, [1])
    graph = helper.make_graph([chosen], 'merged', [*later.graph.input, switch], later.graph.output, weights.values())
    model = helper.make_model(graph, opset_imports=later.opset_import, ir_version=later.ir_version)
    onnx.checker.check_model(model)
    onnx.save(model, DIRECTORY / file)


def without_causal_mask(later):
    """As older transformers left it out of what they traced with one token behind a cache: every column sees all of them."""
    open_ = copy.deepcopy(later)
    [rule] = [node for node in open_.graph.node if node.op_type == 'LessOrEqual']
    rule.input[0] = rule.input[1]
    return open_


class FirstPass(torch.nn.Module):
    """Everything without a cache, which is still given."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, position_ids):
        empty = torch.zeros(input_ids.shape[0], HEADS, 0, SIZE)
        return self.model(input_ids, attention_mask, position_ids, *[empty] * (2 * LAYERS))


def packed(model, file, joined):
    """onnxruntime-genai's form, written by hand: lengths from the mask, rotation inside the attention."""
    state = {name: value.numpy() for name, value in model.state_dict().items()}
    constants, nodes = [], []

    def constant(name, array):
        constants.append(numpy_helper.from_array(numpy.ascontiguousarray(array), name))
        return name

    def node(op, inputs, output, domain='', **attributes):
        nodes.append(helper.make_node(op, inputs, [output] if isinstance(output, str) else output, domain=domain, **attributes))
        return output

    def linear(x, weight):
        return node('MatMul', [x, constant(weight, state[weight].T)], f'{x}*{weight}')

    def norm(x, weight):
        return node('SimplifiedLayerNormalization', [x, constant(weight, state[weight])], f'{x}:{weight}', axis=-1, epsilon=1e-5)

    angles = numpy.arange(CONTEXT)[:, None] * (tiny.ROPE_BASE ** (-numpy.arange(SIZE // 2) / (SIZE // 2)))
    cos, sin = (constant(name, f(angles).astype('float32')) for name, f in (('cos', numpy.cos), ('sin', numpy.sin)))
    one, axis = constant('one', numpy.array([1], 'int64')), constant('axis', numpy.array(1, 'int64'))
    node('ReduceSum', ['attention_mask', one], 'lengths', keepdims=0)
    node('Sub', ['lengths', one], 'last')
    node('Cast', ['last'], 'last32', to=TensorProto.INT32)
    node('Gather', [node('Shape', ['attention_mask'], 'mask_shape'), axis], 'total')
    node('Cast', ['total'], 'total32', to=TensorProto.INT32)
    x = node('Gather', [constant('embed', state['embed.weight']), 'input_ids'], 'x')
    presents = []
    for layer in range(LAYERS):
        block = f'blocks.{layer}'
        h = norm(x, f'{block}.attention_norm.weight')
        whole = linear(h, f'{block}.qkv.weight')
        names = [f'{block}/{part}' for part in 'qkv']
        parts = [whole, '', ''] if joined else node('Split', [whole], names, axis=-1, num_outputs=3)
        caches = [f'past_key_values.{layer}.{part}' for part in ('key', 'value')]
        presents += [f'present.{layer}.{part}' for part in ('key', 'value')]
        mixed = f'{block}/mixed'
        node(
            'GroupQueryAttention', [*parts, *caches, 'last32', 'total32', cos, sin], [mixed, *presents[-2:]],
            'com.microsoft', num_heads=HEADS, kv_num_heads=HEADS, do_rotary=1, rotary_interleaved=0,
        )
        x = node('Add', [x, linear(mixed, f'{block}.out.weight')], f'{block}/attended')
        h = norm(x, f'{block}.mlp_norm.weight')
        gate = linear(h, f'{block}.gate.weight')
        silu = node('Mul', [gate, node('Sigmoid', [gate], f'{gate}:sigmoid')], f'{gate}:silu')
        fed = node('Mul', [silu, linear(h, f'{block}.up.weight')], f'{block}/fed')
        x = node('Add', [x, linear(fed, f'{block}.down.weight')], f'{block}/out')
    node('MatMul', [norm(x, 'norm.weight'), constant('head', state['embed.weight'].T)], 'logits')
    value = helper.make_tensor_value_info
    inputs = [value('input_ids', TensorProto.INT64, ['batch', 'sequence']), value('attention_mask', TensorProto.INT64, ['batch', 'total'])]
    inputs += [value(f'past_key_values.{layer}.{part}', TensorProto.FLOAT, CACHE) for layer in range(LAYERS) for part in ('key', 'value')]
    outputs = [value('logits', TensorProto.FLOAT, ['batch', 'sequence', len(tiny.VOCABULARY)])]
    outputs += [value(name, TensorProto.FLOAT, ['batch', HEADS, 'total', SIZE]) for name in presents]
    graph = helper.make_graph(nodes, 'packed', inputs, outputs, constants)
    opsets = [helper.make_opsetid('', 18), helper.make_opsetid('com.microsoft', 1)]
    whole = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    onnx.save(whole, DIRECTORY / file)
    return whole


def halve_boundary(model):
    """The cache and the logits as float16, everything between them as it was."""
    graph = model.graph
    before, after = [], []
    for value in graph.input:
        if value.name.startswith('past'):
            before.append(helper.make_node('Cast', [value.name], [f'{value.name}/wide'], to=TensorProto.FLOAT))
            value.type.tensor_type.elem_type = TensorProto.FLOAT16
    for value in graph.output:
        after.append(helper.make_node('Cast', [f'{value.name}/wide'], [value.name], to=TensorProto.FLOAT16))
        value.type.tensor_type.elem_type = TensorProto.FLOAT16
    renamed = {value.name for value in [*graph.input, *graph.output] if value.type.tensor_type.elem_type == TensorProto.FLOAT16}
    for node in graph.node:
        for names in (node.input, node.output):
            names[:] = [f'{name}/wide' if name in renamed else name for name in names]
    nodes = [*before, *graph.node, *after]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, DIRECTORY / 'half_logits.onnx')


def main():
    torch.manual_seed(3)
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    model = tiny.Decoder(WIDTH, LAYERS, HEADS).eval()
    ids, positions = torch.randint(0, len(tiny.VOCABULARY), (2, 5)), torch.arange(3, 8)[None].repeat(2, 1)
    mask, past = torch.ones(2, 8, dtype=torch.long), [torch.zeros(2, HEADS, 3, SIZE)] * (2 * LAYERS)
    own = torch.ones(2, 5, dtype=torch.long)
    names = [f'{layer}.{part}' for layer in range(LAYERS) for part in ('key', 'value')]
    pasts, presents = [f'past_key_values.{name}' for name in names], [f'present.{name}' for name in names]
    three = ['input_ids', 'attention_mask', 'position_ids']
    outputs = ['logits', *presents]
    export(NoPositions(model), (ids, mask, *past), DIRECTORY / 'no_positions.onnx', [*three[:2], *pasts], outputs)
    export(NoCache(model), (ids, own, positions), DIRECTORY / 'no_cache.onnx', three, ['logits'])
    scratch = DIRECTORY / 'scratch.onnx'
    first = export(FirstPass(model), (ids, own, positions), scratch, three, outputs)
    later = export(model, (ids, mask, positions, *past), scratch, [*three, *pasts], outputs)
    scratch.unlink()
    for exported, prefix in ((first, 'model.'), (later, '')):
        for tensor in exported.graph.initializer:
            for node in exported.graph.node:
                node.input[:] = [part.removeprefix(prefix) if part == tensor.name else part for part in node.input]
            tensor.name = tensor.name.removeprefix(prefix)
    merge(first, later, 'merged.onnx')
    merge(first, without_causal_mask(later), 'merged_step.onnx')
    whole = packed(model, 'packed.onnx', joined=False)
    onnx.save(convert_float_to_float16(whole, keep_io_types=True, disable_shape_infer=True), DIRECTORY / 'packed_half.onnx')
    packed(model, 'packed_joined.onnx', joined=True)
    inside = convert_float_to_float16(copy.deepcopy(later), keep_io_types=True, disable_shape_infer=True)
    onnx.save(inside, DIRECTORY / 'half_inside.onnx')
    halve_boundary(later)
    tiny.write_companions(DIRECTORY, model, CONTEXT)
    tiny.write_json(DIRECTORY / 'goldens.json', {
        'made': f'test/oracles/make_model_variants.py, torch {torch.__version__}',
        'nParams': sum(parameter.numel() for parameter in model.parameters()),
        'cases': tiny.goldens(model, CONTEXT, random.Random(3)),
    })


if __name__ == '__main__':
    main()
