import { encodeValue, type TensorType } from '../encode-model.js';
import { bytesField, joinBytes, stringField } from '../encode-wire.js';
import type { Dimension, Node } from '../graph.js';
import type { DecoderGraph } from './body-copy.js';
import { constantNames } from './constant-names.js';
import { liveNodes } from './live-nodes.js';
import { LAST, nextToken } from './next-token.js';
import { newNode } from './source-parts.js';
import { cacheSwitch, keepAllRows } from './stand-ins.js';
import { WideBody } from './wide-body.js';
import { contribOpset } from './wide-products.js';
import { commonConstants, graphInput, graphOutput, integers, OWN } from './vocabulary.js';

/** Names at the boundary of the generating program. */
export const GENERATE_PORTS = {
  /** int64 [batch, length]. */
  ids: `${OWN}ids`,
  /** int64 [batch, cache + length]. */
  mask: `${OWN}mask`,
  positions: `${OWN}positions`,
  /** int64 []: at most so many tokens. */
  steps: `${OWN}steps`,
  /** bool [vocabulary]: ids that end a row. */
  stops: `${OWN}stops`,
  /** bool [batch, 1]: rows that have ended before. */
  finished: `${OWN}finished`,
  /** int64 [batch, 1] of ones. */
  ones: `${OWN}ones`,
  /** int64 [steps taken, batch, 1]. */
  tokens: `${OWN}tokens`,
  /** float32 [steps taken]: sums of all logits, NaN where any of them is. */
  sums: `${OWN}sums`,
} as const;

/** The outside name of a cache tensor of the generating program, before and after. */
export const cachePort = (past: string): { before: string; after: string } => ({
  before: `${OWN}before/${past}`,
  after: `${OWN}after/${past}`,
});

/** The positions of the tokens of a step, where the model takes none by itself. */
export const STEP_POSITIONS = `${OWN}step_positions`;

type ValueLine = readonly [name: string, type: TensorType, dims: readonly Dimension[]];

/**
 * A model as a generating program: its graph is the body of one ONNX Loop, which feeds every likeliest id back until all rows have
 * met a stop id or `steps` is reached. Mask, positions and cache are carried inside; one run gives all the tokens.
 * The model must have a cache, a mask and positions.
 */
export function generateProgram(decoder: DecoderGraph): Uint8Array {
  return programWith(decoder, null);
}

/** The same for batches of many rows, see `WideBody`. */
export function wideProgram(decoder: DecoderGraph): Uint8Array {
  return programWith(decoder, new WideBody(decoder));
}

function programWith(decoder: DecoderGraph, wide: WideBody | null): Uint8Array {
  const { parts, signature, tail } = decoder;
  const { graph } = parts.model;
  const constants = constantNames(graph);
  const presents = signature.cache.map(({ present }) => present);
  const tailNodes = new Set(tail.nodes);
  const all = liveNodes(graph, [...tail.inputs, ...presents, ...tail.nodes.flatMap(({ inputs }) => inputs)]);
  const nodes = all.filter((node) => !tailNodes.has(node));
  const outer = nodes.filter(({ outputs }) => outputs.every((name) => constants.has(name)));
  const inner = nodes.filter((node) => !outer.includes(node));
  const body = bodyOf(decoder, inner, wide);
  const { ids, mask, positions, steps, finished, tokens, sums } = GENERATE_PORTS;
  const carried = [
    ids,
    mask,
    positions,
    finished,
    ...signature.cache.map(({ past }) => cachePort(past).before),
  ];
  const left = ['ids', 'mask', 'positions', 'finished'].map((name) => `${OWN}left/${name}`);
  return joinBytes([
    parts.frame(),
    ...(wide === null ? [] : contribOpset(parts.model)),
    bytesField(
      7,
      joinBytes([
        stringField(2, 'generate'),
        ...inputs(decoder),
        ...commonConstants(),
        integers(LAST, [-1], []),
        ...parts.initializers(),
        ...keepAllRows(signature),
        ...(wide?.factors.fields ?? []),
        ...outer.map((node) => parts.node(node)),
        newNode({
          op: 'Loop',
          inputs: [steps, '', ...carried],
          outputs: [...left, ...signature.cache.map(({ past }) => cachePort(past).after), tokens, sums],
          attributes: { body: { graph: body } },
        }),
        graphOutput(tokens, 'int64', ['steps', 'batch', 1]),
        graphOutput(sums, 'float32', ['steps']),
        ...signature.cache.map((entry) =>
          graphOutput(
            cachePort(entry.past).after,
            entry.elementType,
            entry.dims.map((dim) => dim ?? ''),
          ),
        ),
      ]),
    ),
  ]);
}

function inputs({ signature }: DecoderGraph): Uint8Array[] {
  const { ids, mask, positions, steps, stops, finished, ones } = GENERATE_PORTS;
  return [
    graphInput(ids, 'int64', ['batch', 'length']),
    graphInput(mask, 'int64', ['batch', 'total']),
    graphInput(positions, 'int64', ['batch', 'length']),
    graphInput(steps, 'int64', []),
    graphInput(stops, 'bool', ['vocabulary']),
    graphInput(finished, 'bool', ['batch', 1]),
    graphInput(ones, 'int64', ['batch', 1]),
    ...signature.cache.map((entry) =>
      graphInput(
        cachePort(entry.past).before,
        entry.elementType,
        entry.dims.map((dim) => dim ?? ''),
      ),
    ),
  ];
}

function bodyOf(decoder: DecoderGraph, model: readonly Node[], wide: WideBody | null): Uint8Array {
  const { signature, parts, tail } = decoder;
  const { inputIds, attentionMask, positionIds, cache } = signature;
  const ids = inputIds.name;
  const mask = attentionMask?.name ?? `${OWN}no_mask`;
  const positions = positionIds?.name ?? STEP_POSITIONS;
  const own = (name: string): string => `${OWN}body/${name}`;
  const shapes = cache.map(({ dims }) => dims.map((dim) => dim ?? ''));
  const takes: ValueLine[] = [
    [own('step'), 'int64', []],
    [own('go'), 'bool', []],
    [ids, 'int64', ['', '']],
    [mask, 'int64', ['', '']],
    [positions, 'int64', ['', '']],
    [own('finished'), 'bool', ['', 1]],
    ...cache.map(({ past, elementType }, index): ValueLine => [past, elementType, shapes[index] ?? []]),
  ];
  const gives: ValueLine[] = [
    [own('go_on'), 'bool', []],
    [own('next'), 'int64', ['', 1]],
    [own('next_mask'), 'int64', ['', '']],
    [own('next_positions'), 'int64', ['', 1]],
    [own('next_finished'), 'bool', ['', 1]],
    ...cache.map(({ present, elementType }, index): ValueLine => [present, elementType, shapes[index] ?? []]),
    [own('token'), 'int64', ['', 1]],
    [own('sum'), 'float32', []],
  ];
  return joinBytes([
    stringField(2, 'step'),
    ...takes.map(([name, type, dims]) => bytesField(11, encodeValue({ name, type, dims }))),
    ...gives.map(([name, type, dims]) => bytesField(12, encodeValue({ name, type, dims }))),
    ...cacheSwitch(signature),
    ...(wide?.write(model, [...tail.inputs, ...cache.map(({ present }) => present)]) ??
      model.map((node) => parts.node(node))),
    ...nextToken(decoder, own, wide),
    ...nextStep({ own, mask, positions }),
  ]);
}

/** From the next ids to what the next step takes. */
function nextStep({
  own,
  mask,
  positions,
}: {
  own: (name: string) => string;
  mask: string;
  positions: string;
}): Uint8Array[] {
  const { stops, ones } = GENERATE_PORTS;
  const node = (
    op: string,
    inputs: string[],
    output: string,
    attributes: Record<string, number> = {},
  ): Uint8Array =>
    newNode({
      op,
      inputs,
      outputs: [own(output)],
      attributes: Object.fromEntries(Object.entries(attributes).map(([name, int]) => [name, { int }])),
    });
  return [
    node('Identity', [own('next')], 'token'),
    node('Gather', [stops, own('next')], 'stop', { axis: 0 }),
    node('Or', [own('finished'), own('stop')], 'next_finished'),
    node('Cast', [own('next_finished')], 'finished_number', { to: 6 }),
    node('ReduceMin', [own('finished_number')], 'all_finished_number', { keepdims: 0 }),
    node('Cast', [own('all_finished_number')], 'all_finished', { to: 9 }),
    node('Not', [own('all_finished')], 'go_on'),
    node('Concat', [mask, ones], 'next_mask', { axis: 1 }),
    node('Gather', [positions, `${OWN}-1`], 'last_position', { axis: 1 }),
    node('Add', [own('last_position'), `${OWN}1`], 'next_positions'),
  ];
}
