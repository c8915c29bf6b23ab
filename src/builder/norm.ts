import type { DecoderBuild } from './decoder-build.js';
import { MICROSOFT, type GraphWriter } from './graph-writer.js';
import type { NormWeights } from './weights.js';

/** A norm over the last axis. */
export function normalize(build: DecoderBuild, x: string, norm: NormWeights): string {
  const { graph, shape } = build;
  const gain = graph.weight(norm.weight, 'plain');
  const epsilon = { epsilon: { float: shape.norm.epsilon } };
  if (norm.bias !== null || shape.norm.kind === 'layer') {
    const bias = norm.bias === null ? [] : [graph.weight(norm.bias, 'plain')];
    return graph.op('LayerNormalization', [x, gain, ...bias], epsilon);
  }
  if (build.style === 'fused') return graph.op('SimplifiedLayerNormalization', [x, gain], epsilon);
  return rootMeanSquareNorm(graph, x, { gain, epsilon: shape.norm.epsilon });
}

/** x / sqrt(mean(x^2) + epsilon) * gain, the mean in float32 as transformers does. */
function rootMeanSquareNorm(
  graph: GraphWriter,
  x: string,
  norm: { readonly gain: string; readonly epsilon: number },
): string {
  const isHalf = graph.floatType === 'float16';
  const wide = isHalf ? graph.castFloat(x, 'float32') : x;
  const square = graph.op('Mul', [wide, wide]);
  const mean = graph.op('ReduceMean', [square, graph.ints([-1])], { keepdims: { int: 1 } });
  const root = graph.op('Sqrt', [graph.op('Add', [mean, graph.single(norm.epsilon)])]);
  const normed = graph.op('Div', [wide, root]);
  return graph.op('Mul', [isHalf ? graph.castFloat(normed, 'float16') : normed, norm.gain]);
}

/** A residual stream: what has been added up, and a sub-layer's result that has not been added yet. */
export interface Residual {
  readonly sum: string;
  readonly delta: string | null;
}

/** Adds what is pending and normalises the sum: one fused operator where the style has it. */
export function addAndNormalize(
  build: DecoderBuild,
  { sum, delta }: Residual,
  norm: NormWeights,
): { readonly normed: string; readonly sum: string } {
  if (delta === null) return { normed: normalize(build, sum, norm), sum };
  const { graph, shape } = build;
  if (build.style === 'portable') {
    const total = graph.op('Add', [sum, delta]);
    return { normed: normalize(build, total, norm), sum: total };
  }
  const isLayer = shape.norm.kind === 'layer';
  const bias = norm.bias === null ? [] : [graph.weight(norm.bias, 'plain')];
  const name = `${norm.weight.tensor}/sum`;
  const [normed] = graph.node({
    op: isLayer ? 'SkipLayerNormalization' : 'SkipSimplifiedLayerNormalization',
    domain: MICROSOFT,
    inputs: [sum, delta, graph.weight(norm.weight, 'plain'), ...bias],
    outputs: [`${norm.weight.tensor}/normed`, '', '', name],
    attributes: { epsilon: { float: shape.norm.epsilon } },
  });
  return { normed, sum: name };
}
