import type { NodeSpec } from '../encode-model.js';
import { likeliest } from './arg-max.js';
import type { DecoderGraph } from './body-copy.js';
import type { WideBody } from './wide-body.js';
import { newNode } from './source-parts.js';
import { gather, OWN } from './vocabulary.js';

/** Where the last of the states [batch, length, width] stands; a program with `nextToken` holds it as the integer -1. */
export const LAST = `${OWN}last`;

/**
 * The likeliest id after the last position of every row, `own('next')` int64 [batch, 1], with `own('sum')` float32 [], the sum of
 * all logits, which is NaN where any of them is. The tail is applied to the last states alone.
 */
export function nextToken(
  decoder: DecoderGraph,
  own: (name: string) => string,
  wide: WideBody | null = null,
): Uint8Array[] {
  const { parts, tail, signature } = decoder;
  const last = new Map(tail.inputs.map((name) => [name, own(`last/${name}`)]));
  const logits = last.get(signature.logits.name) ?? signature.logits.name;
  const node = (op: string, inputs: string[], output: string, attributes: NodeSpec['attributes'] = {}) =>
    newNode({ op, inputs, outputs: [own(output)], attributes });
  return [
    ...[...last].map(([name, output]) => gather(name, LAST, { output, axis: 1 })),
    ...tail.nodes.flatMap(
      (tailNode) =>
        wide?.headProduct(tailNode, last.get(tailNode.inputs[0] ?? '') ?? '') ?? [
          parts.renamed(tailNode, (name) => last.get(name) ?? name),
        ],
    ),
    node('Cast', [logits], 'logits', { to: { int: 1 } }),
    node('ReduceSum', [own('logits')], 'sum', { keepdims: { int: 0 } }),
    ...likeliest(own('logits'), own('next'), decoder),
  ];
}
