import type { DecoderBuild } from './decoder-build.js';
import type { Positions } from './decoder-shape.js';
import { MICROSOFT } from './graph-writer.js';

type Rotary = Extract<Positions, { kind: 'rotary' }>;

/** What rotates queries and keys: cosines and sines of this run's positions, or tables for the fused operator. */
export interface Rotation {
  readonly rotary: Rotary;
  readonly cos: string;
  readonly sin: string;
}

/** Makes the rotation once for all layers. */
export function prepareRotation(build: DecoderBuild, rotary: Rotary): Rotation {
  return build.style === 'fused' ? rotationTables(build, rotary) : rotationOfRun(build, rotary);
}

/** cos and sin [batch, 1, sequence, rotaryDim / 2] of position_ids, in float32 and then the activations' type. */
function rotationOfRun({ graph }: DecoderBuild, rotary: Rotary): Rotation {
  const frequencies = Float32Array.from(rotary.inverseFrequencies);
  const table = graph.table('inv_freq', frequencies, [1, 1, 1, frequencies.length]);
  const positions = graph.op('Cast', ['position_ids'], { to: { int: 1 } });
  const angles = graph.op('Mul', [graph.op('Unsqueeze', [positions, graph.ints([1, 3])]), table]);
  const typed = (op: string): string => {
    const wide = graph.op(op, [angles]);
    return graph.floatType === 'float32' ? wide : graph.castFloat(wide, 'float16');
  };
  return { rotary, cos: typed('Cos'), sin: typed('Sin') };
}

/** Tables [maxPositions, rotaryDim / 2]; angles are rounded to float32 before the cosine, as transformers does. */
function rotationTables({ graph, shape }: DecoderBuild, rotary: Rotary): Rotation {
  const width = rotary.inverseFrequencies.length;
  const frequencies = Float32Array.from(rotary.inverseFrequencies);
  const table = (of: (angle: number) => number): Float32Array => {
    const values = new Float32Array(shape.maxPositions * width);
    for (let position = 0; position < shape.maxPositions; position++) {
      for (let index = 0; index < width; index++) {
        values[position * width + index] = of(Math.fround(position * (frequencies[index] ?? 0)));
      }
    }
    return values;
  };
  const dims = [shape.maxPositions, width];
  return {
    rotary,
    cos: graph.computed('cos_cache', dims, () => table(Math.cos)),
    sin: graph.computed('sin_cache', dims, () => table(Math.sin)),
  };
}

/** Rotates heads [batch, heads, sequence, headDim] by the positions of their tokens (portable style). */
export function rotateHeads(build: DecoderBuild, x: string, { rotary, cos, sin }: Rotation): string {
  const { graph, shape } = build;
  const half = rotary.rotaryDim / 2;
  const rest = shape.headDim - rotary.rotaryDim;
  const sizes = graph.ints(rest === 0 ? [half, half] : [half, half, rest]);
  const parts = graph.split(
    { op: 'Split', inputs: [x, sizes], attributes: { axis: { int: -1 } } },
    rest === 0 ? 2 : 3,
  );
  const [first = '', second = '', ...unrotated] = parts;
  const times = (a: string, b: string): string => graph.op('Mul', [a, b]);
  const left = graph.op('Sub', [times(first, cos), times(second, sin)]);
  const right = graph.op('Add', [times(second, cos), times(first, sin)]);
  return graph.op('Concat', [left, right, ...unrotated], { axis: { int: -1 } });
}

/** Rotates [batch, sequence, heads * headDim] by the positions of its tokens (fused style). */
export function rotateFused(
  build: DecoderBuild,
  x: string,
  rotation: Rotation & { readonly nHeads: number },
): string {
  const isPartial = rotation.rotary.rotaryDim < build.shape.headDim;
  return build.graph.node({
    op: 'RotaryEmbedding',
    domain: MICROSOFT,
    inputs: [x, 'position_ids', rotation.cos, rotation.sin],
    attributes: {
      interleaved: { int: 0 },
      num_heads: { int: rotation.nHeads },
      ...(isPartial && { rotary_embedding_dim: { int: rotation.rotary.rotaryDim } }),
    },
  })[0];
}

/** Row numbers of the learned table for position_ids. */
export function learnedPositions(build: DecoderBuild, offset: number): string {
  if (offset === 0) return 'position_ids';
  return build.graph.op('Add', ['position_ids', build.graph.ints(offset)]);
}
