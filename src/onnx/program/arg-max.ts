import type { NodeSpec } from '../encode-model.js';
import type { DecoderGraph } from './body-copy.js';
import { newNode } from './source-parts.js';
import { integers, OWN } from './vocabulary.js';

// Blocks shorter than this are no gain.
const SHORTEST_BLOCK = 8;

/**
 * The first of the largest of every row: `output` int64 [rows, 1] from `input` float32 [rows, width], as ArgMax gives it. On the
 * CPU ArgMax goes number by number; here the largest of every block is found first, which onnxruntime does several numbers at
 * once (32,000 logits: 20 microseconds instead of 2 a row), and ArgMax looks for the first best block and within it. Rows with
 * NaN give any id.
 */
export function argMax(
  input: string,
  {
    output,
    width,
    opset,
  }: { readonly output: string; readonly width: number | null; readonly opset: number },
): Uint8Array[] {
  const block = width === null ? null : blockOf(width);
  const own = (name: string): string => `${output}/${name}`;
  const node = (op: string, inputs: string[], to: string, attributes: NodeSpec['attributes'] = {}) =>
    newNode({ op, inputs, outputs: [to], attributes });
  const int = (name: string, value: number): NodeSpec['attributes'] => ({ [name]: { int: value } });
  if (width === null || block === null) return [node('ArgMax', [input], output, int('axis', 1))];
  // The axes of ReduceMax became an input with opset 18.
  const largest =
    opset < 18
      ? node('ReduceMax', [own('blocks')], own('largest'), { axes: { ints: [2] }, keepdims: { int: 0 } })
      : node('ReduceMax', [own('blocks'), `${OWN}2`], own('largest'), int('keepdims', 0));
  const everywhere = Array.from({ length: block }, () => 0);
  return [
    integers(own('apart'), [-1, width / block, block]),
    integers(own('column'), [-1, 1, 1]),
    integers(own('flat'), [-1, block]),
    integers(own('everywhere'), everywhere, [1, 1, block]),
    integers(own('length'), [block]),
    node('Reshape', [input, own('apart')], own('blocks')),
    largest,
    node('ArgMax', [own('largest')], own('best'), int('axis', 1)),
    node('Reshape', [own('best'), own('column')], own('best_column')),
    node('Add', [own('best_column'), own('everywhere')], own('indices')),
    node('GatherElements', [own('blocks'), own('indices')], own('picked'), int('axis', 1)),
    node('Reshape', [own('picked'), own('flat')], own('candidates')),
    node('ArgMax', [own('candidates')], own('within'), int('axis', 1)),
    node('Mul', [own('best'), own('length')], own('before')),
    node('Add', [own('before'), own('within')], output),
  ];
}

/** The likeliest id of every row of `logits` float32 [rows, vocabulary]. On a GPU ArgMax is no burden, and integers go through the host. */
export function likeliest(logits: string, output: string, decoder: DecoderGraph): Uint8Array[] {
  const { forCpu, signature, parts } = decoder;
  const opset = parts.model.opsets.get('') ?? 0;
  return argMax(logits, { output, width: forCpu ? signature.vocabularySize : null, opset });
}

/** The divisor of a width that is nearest its root; null where there is none that is worth it. */
function blockOf(width: number): number | null {
  for (let block = Math.floor(Math.sqrt(width)); block >= SHORTEST_BLOCK; block--) {
    if (width % block === 0) return block;
  }
  return null;
}
