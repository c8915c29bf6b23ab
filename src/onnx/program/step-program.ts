import { bytesField, joinBytes, stringField } from '../encode-wire.js';
import type { DecoderGraph } from './body-copy.js';
import { liveNodes } from './live-nodes.js';
import { LAST, nextToken } from './next-token.js';
import { cacheSwitch, keepAllRows } from './stand-ins.js';
import { commonConstants, graphOutput, integers, OWN } from './vocabulary.js';

const own = (name: string): string => `${OWN}step/${name}`;

/** Names at the boundary of the step program, beside the model's own inputs and its presents. */
export const STEP_PORTS = {
  /** int64 [batch, 1]: the likeliest next ids. */
  next: own('next'),
  /** float32 []: the sum of all logits, NaN where any of them is. */
  sum: own('sum'),
} as const;

/**
 * A model as one step of generation, for devices without Loop: the inputs keep the model's names, and an id a row comes back
 * instead of logits, with the cache, which the runtime can leave on the device. The model must have a cache.
 */
export function stepProgram(decoder: DecoderGraph): Uint8Array {
  const { parts, signature, tail } = decoder;
  const { graph } = parts.model;
  const { inputIds, attentionMask, positionIds, cache } = signature;
  const ports = [inputIds, attentionMask, positionIds].flatMap((port) => (port === null ? [] : [port.name]));
  const kept = new Set([...ports, ...cache.map(({ past }) => past)]);
  const presents = new Set(cache.map(({ present }) => present));
  const tailNodes = new Set(tail.nodes);
  const wanted = [...tail.inputs, ...presents, ...tail.nodes.flatMap(({ inputs }) => inputs)];
  return joinBytes([
    parts.frame(),
    bytesField(
      7,
      joinBytes([
        stringField(2, 'step'),
        ...graph.inputs.filter(({ name }) => kept.has(name)).map((input) => parts.value(11, input)),
        ...commonConstants(),
        integers(LAST, [-1], []),
        ...parts.initializers(),
        ...keepAllRows(signature),
        ...cacheSwitch(signature),
        ...liveNodes(graph, wanted)
          .filter((node) => !tailNodes.has(node))
          .map((node) => parts.node(node)),
        ...nextToken(decoder, own),
        graphOutput(STEP_PORTS.next, 'int64', ['batch', 1]),
        graphOutput(STEP_PORTS.sum, 'float32', []),
        ...graph.outputs.filter(({ name }) => presents.has(name)).map((output) => parts.value(12, output)),
      ]),
    ),
  ]);
}
