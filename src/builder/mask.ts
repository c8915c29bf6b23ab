import type { DecoderBuild } from './decoder-build.js';

/** Values of a run that every layer's attention needs. */
export interface AttentionFrame {
  /** Added to scores [batch, 1, sequence, total]: 0 where a token may look, a very negative number elsewhere. */
  readonly bias: string;
  /** int64 [1]: past and present tokens. */
  readonly total: string;
  /** int32 [batch] of total - 1, and int32 scalar total: what GroupQueryAttention asks for. */
  readonly fused: { readonly lastIndex: string; readonly total: string } | null;
}

/** Below anything a score can be, and still finite when a score is added. */
const FORBIDDEN = { float32: -1e30, float16: -3e4 };

/** Causality, padding (attention_mask = 0) and the sliding window as one bias. */
export function prepareFrame(build: DecoderBuild): AttentionFrame {
  const { graph, shape, style } = build;
  const sequence = sizeOf(build, 'input_ids');
  const total = sizeOf(build, 'attention_mask');
  const keys = range(build, graph.ints([0]), total);
  const queries = graph.op('Unsqueeze', [
    range(build, graph.op('Sub', [total, sequence]), total),
    graph.ints([1]),
  ]);
  let allowed = graph.op('LessOrEqual', [keys, queries]);
  if (shape.slidingWindow !== null) {
    const first = graph.op('Sub', [queries, graph.ints(shape.slidingWindow)]);
    allowed = graph.op('And', [allowed, graph.op('Greater', [keys, first])]);
  }
  const real = graph.op('Cast', [graph.op('Unsqueeze', ['attention_mask', graph.ints([1, 2])])], {
    to: { int: 9 },
  });
  const bias = graph.op('Where', [
    graph.op('And', [allowed, real]),
    graph.float(0),
    graph.float(FORBIDDEN[graph.floatType]),
  ]);
  return { bias, total, fused: style === 'fused' ? fusedSizes(build, total) : null };
}

function fusedSizes(build: DecoderBuild, total: string): { lastIndex: string; total: string } {
  const { graph } = build;
  const batch = graph.op('Shape', ['input_ids'], { start: { int: 0 }, end: { int: 1 } });
  const toInt32 = (value: string): string => graph.op('Cast', [value], { to: { int: 6 } });
  const last = toInt32(graph.op('Sub', [total, graph.ints([1])]));
  return {
    lastIndex: graph.op('Expand', [last, batch]),
    total: graph.op('Squeeze', [toInt32(total)]),
  };
}

/** int64 [1]: the second dimension of [batch, length]. */
function sizeOf({ graph }: DecoderBuild, value: string): string {
  return graph.op('Shape', [value], { start: { int: 1 }, end: { int: 2 } });
}

/** int64 [end - start] from two vectors of one number. */
function range({ graph }: DecoderBuild, start: string, end: string): string {
  return graph.op('Range', [graph.op('Squeeze', [start]), graph.op('Squeeze', [end]), graph.ints(1)]);
}
