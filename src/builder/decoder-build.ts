import type { DecoderShape } from './decoder-shape.js';
import type { GraphWriter } from './graph-writer.js';

/** Formats of weights that can be written. */
export const BUILD_PRECISIONS = ['fp32', 'fp16', 'int8', 'q4', 'q4f16'] as const;
export type BuildPrecision = (typeof BUILD_PRECISIONS)[number];

/** portable: standard operators only. fused: onnxruntime's own operators where it has them. */
export const GRAPH_STYLES = ['portable', 'fused'] as const;
export type GraphStyle = (typeof GRAPH_STYLES)[number];

/** A decoder's graph while it is being written. */
export interface DecoderBuild {
  readonly graph: GraphWriter;
  readonly shape: DecoderShape;
  readonly style: GraphStyle;
  readonly precision: BuildPrecision;
  /** int8 activations already made, by the value they were made from. */
  readonly quantized: Map<string, readonly string[]>;
}
