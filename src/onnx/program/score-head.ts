import type { NodeSpec } from '../encode-model.js';
import type { DecoderGraph } from './body-copy.js';
import { likeliest } from './arg-max.js';
import { newNode } from './source-parts.js';
import { gather, graphInput, graphOutput, OWN } from './vocabulary.js';

/** Names at the boundary of the scoring programs. */
export const SCORE_PORTS = {
  /** int64 [n]: rows of the flattened states, one a scored token. */
  rows: `${OWN}rows`,
  /** int64 [n, 1]: their target ids. */
  targets: `${OWN}targets`,
  /** float32 [n, 1]: log-probabilities of the targets, in nats. */
  logProbabilities: `${OWN}log_probabilities`,
  /** int64 [n, 1]: the likeliest ids, the first of equals. */
  greedy: `${OWN}greedy`,
} as const;

/** The name of the states [all rows, width] of an input of the tail. */
export const statesOf = (input: string): string => `${OWN}states/${input}`;

/** Picks rows of the states, applies the tail to them alone, and scores their targets in float32. */
export function scoreHead(decoder: DecoderGraph): Uint8Array[] {
  const { parts, tail, signature } = decoder;
  const picked = new Map(tail.inputs.map((name) => [name, `${OWN}picked/${name}`]));
  const logits = picked.get(signature.logits.name) ?? signature.logits.name;
  const { rows, targets, logProbabilities, greedy } = SCORE_PORTS;
  return [
    graphInput(rows, 'int64', ['scored']),
    graphInput(targets, 'int64', ['scored', 1]),
    ...[...picked].map(([name, output]) => gather(statesOf(name), rows, { output })),
    ...tail.nodes.map((node) => parts.renamed(node, (name) => picked.get(name) ?? name)),
    ...logSoftmaxAt(logits, decoder),
    graphOutput(logProbabilities, 'float32', ['scored', 1]),
    graphOutput(greedy, 'int64', ['scored', 1]),
  ];
}

/**
 * log-softmax of `logits` [n, vocabulary] at the targets, in float32: (x - max) - log(sum(exp(x - max))). WebGPU has no kernel
 * for LogSoftmax, which would take the logits through the host; on the CPU both cost the same.
 */
function logSoftmaxAt(logits: string, decoder: DecoderGraph): Uint8Array[] {
  const { targets, logProbabilities, greedy } = SCORE_PORTS;
  const own = (name: string): string => `${OWN}softmax/${name}`;
  const node = (op: string, inputs: string[], output: string, attributes: NodeSpec['attributes'] = {}) =>
    newNode({ op, inputs, outputs: [output], attributes });
  const alongRow = { axis: { int: 1 } };
  const opset = decoder.parts.model.opsets.get('') ?? 0;
  // The axes of ReduceSum became an input with opset 13.
  const sum =
    opset < 13
      ? node('ReduceSum', [own('exp')], own('sum'), { axes: { ints: [1] } })
      : node('ReduceSum', [own('exp'), `${OWN}1`], own('sum'));
  return [
    node('Cast', [logits], own('logits'), { to: { int: 1 } }),
    ...likeliest(own('logits'), greedy, decoder),
    node('GatherElements', [own('logits'), greedy], own('max'), alongRow),
    node('Sub', [own('logits'), own('max')], own('shifted')),
    node('Exp', [own('shifted')], own('exp')),
    sum,
    node('Log', [own('sum')], own('log_sum')),
    node('GatherElements', [own('shifted'), targets], own('target'), alongRow),
    node('Sub', [own('target'), own('log_sum')], logProbabilities),
  ];
}
