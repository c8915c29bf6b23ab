import type { DecoderGraph } from './body-copy.js';
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
  /** int64 [n]: the likeliest ids, the first of equals. */
  greedy: `${OWN}greedy`,
} as const;

/** Picks rows of `states` [all rows, width], applies the head to them alone, and scores their targets in float32. */
export function scoreHead({ parts, head, signature }: DecoderGraph, states: string): Uint8Array[] {
  const picked = `${OWN}picked`;
  const logits = head.nodes.length === 0 ? picked : signature.logits.name;
  const { rows, targets, logProbabilities, greedy } = SCORE_PORTS;
  return [
    graphInput(rows, 'int64', ['scored']),
    graphInput(targets, 'int64', ['scored', 1]),
    gather(states, rows, { output: picked }),
    ...head.nodes.map((node) => parts.renamed(node, (name) => (name === head.input ? picked : name))),
    newNode({ op: 'Cast', inputs: [logits], outputs: [`${OWN}logits`], attributes: { to: { int: 1 } } }),
    newNode({
      op: 'LogSoftmax',
      inputs: [`${OWN}logits`],
      outputs: [`${OWN}log_softmax`],
      attributes: { axis: { int: 1 } },
    }),
    newNode({
      op: 'GatherElements',
      inputs: [`${OWN}log_softmax`, targets],
      outputs: [logProbabilities],
      attributes: { axis: { int: 1 } },
    }),
    newNode({
      op: 'ArgMax',
      inputs: [`${OWN}logits`],
      outputs: [greedy],
      attributes: { axis: { int: 1 }, keepdims: { int: 0 } },
    }),
    graphOutput(logProbabilities, 'float32', ['scored', 1]),
    graphOutput(greedy, 'int64', ['scored']),
  ];
}
