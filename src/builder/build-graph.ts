import { attend, type AttentionContext } from './attention.js';
import type { BuildPrecision, DecoderBuild, GraphStyle } from './decoder-build.js';
import type { DecoderShape } from './decoder-shape.js';
import { feedForward } from './feed-forward.js';
import { GraphWriter } from './graph-writer.js';
import { linear } from './linear.js';
import { prepareFrame } from './mask.js';
import { addAndNormalize, normalize, type Residual } from './norm.js';
import { learnedPositions, prepareRotation } from './positions.js';
import { nameWeights } from './weight-names.js';
import type { DecoderWeights, LayerWeights } from './weights.js';

export interface GraphRequest {
  readonly shape: DecoderShape;
  readonly style: GraphStyle;
  readonly precision: BuildPrecision;
}

/**
 * The graph of a decoder: input_ids, attention_mask, position_ids and past_key_values.N.{key,value} in, logits and
 * present.N.{key,value} out, as optimum names them. Logits are float32 at every precision.
 */
export function buildGraph(request: GraphRequest): GraphWriter {
  const isHalf = request.precision === 'fp16' || request.precision === 'q4f16';
  const graph = new GraphWriter(isHalf ? 'float16' : 'float32');
  const build: DecoderBuild = { ...request, graph, quantized: new Map() };
  const weights = nameWeights(request.shape);
  graph.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  graph.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length']);
  graph.input('position_ids', 'int64', ['batch_size', 'sequence_length']);
  graph.output('logits', 'float32', ['batch_size', 'sequence_length', request.shape.vocabSize]);
  graph.enter('embedding');
  const normed = runLayers(build, weights);
  graph.enter('head');
  if (isHalf) {
    const half = linear(build, normed, weights.head);
    graph.node({ op: 'Cast', inputs: [half], outputs: ['logits'], attributes: { to: { int: 1 } } });
  } else {
    linear(build, normed, weights.head, 'logits');
  }
  return graph;
}

/** Embedding, every layer and the final norm. */
function runLayers(build: DecoderBuild, weights: DecoderWeights): string {
  const { graph, shape } = build;
  const sum = embed(build, weights);
  const frame = prepareFrame(build);
  const rotation = shape.positions.kind === 'rotary' ? prepareRotation(build, shape.positions) : null;
  let residual: Residual = { sum, delta: null };
  for (const [index, layer] of weights.layers.entries()) {
    graph.enter(`layers.${index}`);
    residual = runLayer(build, residual, { layer, context: { frame, rotation, index } });
  }
  graph.enter('final');
  return addAndNormalize(build, residual, weights.finalNorm).normed;
}

function embed(build: DecoderBuild, weights: DecoderWeights): string {
  const { graph, shape } = build;
  const tokens = graph.op('Gather', [graph.weight(weights.embedding, 'plain'), 'input_ids']);
  if (weights.positions === null || shape.positions.kind !== 'learned') return tokens;
  const rows = learnedPositions(build, shape.positions.offset);
  return graph.op('Add', [tokens, graph.op('Gather', [graph.weight(weights.positions, 'plain'), rows])]);
}

interface LayerRun {
  readonly layer: LayerWeights;
  readonly context: AttentionContext;
}

function runLayer(build: DecoderBuild, residual: Residual, run: LayerRun): Residual {
  const { layer } = run;
  switch (build.shape.blockOrder) {
    case 'pre-norm': {
      const before = addAndNormalize(build, residual, layer.attentionNorm);
      const attended = { sum: before.sum, delta: attend(build, before.normed, run) };
      const middle = addAndNormalize(build, attended, layer.feedForwardNorm);
      return { sum: middle.sum, delta: feedForward(build, middle.normed, layer) };
    }
    case 'parallel': {
      const before = addAndNormalize(build, residual, layer.attentionNorm);
      const attended = attend(build, before.normed, run);
      const fed = feedForward(build, normalize(build, before.sum, layer.feedForwardNorm), layer);
      return { sum: before.sum, delta: build.graph.op('Add', [attended, fed]) };
    }
    case 'post-norm': {
      const sum = addUp(build, residual);
      const attended = normalize(build, attend(build, sum, run), layer.attentionNorm);
      const middle = build.graph.op('Add', [sum, attended]);
      const fed = feedForward(build, middle, layer);
      return { sum: middle, delta: normalize(build, fed, layer.feedForwardNorm) };
    }
  }
}

function addUp({ graph }: DecoderBuild, { sum, delta }: Residual): string {
  return delta === null ? sum : graph.op('Add', [sum, delta]);
}
