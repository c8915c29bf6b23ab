import { passBytes, stretchFlops, type DecoderDimensions } from '../onnx/decoder-work.js';
import type { BenchPoint } from './bench-point.js';

/** Useful work of one repetition of one row, whatever the program really computes. */
export interface WorkEstimate {
  /** Multiplications and additions: 2 a weight and token, attention with its causal half, the head for asked rows. */
  readonly flops: number;
  /** Bytes that must be read at least: the weights once a pass, and the cache. */
  readonly bytes: number;
}

/**
 * Work of a repetition of a point over all rows and processes; null for tests that run no model or whose times are
 * differences.
 */
export function estimateWork({
  model: { geometry: model },
  batch,
  concurrency,
  test,
}: BenchPoint): WorkEstimate | null {
  const times = (factor: number, work: WorkEstimate): WorkEstimate => ({
    flops: work.flops * factor,
    bytes: work.bytes * factor,
  });
  switch (test.kind) {
    case 'prompt': {
      const flops = batch * stretchFlops(model, { from: 0, count: test.prompt, rows: 1 });
      return times(concurrency, { flops, bytes: passBytes(model, 0) });
    }
    case 'generate': {
      const start = Math.max(1, test.depth) - 1;
      const first = test.depth > 1 ? 1 : 0;
      return times(concurrency, generation(model, { batch, start, first, count: test.generate }));
    }
    case 'both': {
      const prompt = batch * stretchFlops(model, { from: 0, count: test.prompt, rows: 1 });
      const rest = generation(model, { batch, start: test.prompt - 1, first: 1, count: test.generate });
      return times(concurrency, { flops: prompt + rest.flops, bytes: passBytes(model, 0) + rest.bytes });
    }
    case 'score': {
      const prefix = stretchFlops(model, { from: 0, count: test.prefix, rows: 1 });
      const choice = { from: test.prefix, count: test.continuation - 1, rows: test.continuation - 1 };
      const flops = batch * (prefix + test.choices * stretchFlops(model, choice));
      return times(concurrency, { flops, bytes: passBytes(model, 0) });
    }
    case 'server':
    case 'tokenize':
    case 'load':
      return null;
  }
}

/** Passes first..count-1 of a generation, each of one token behind `start + pass` others. */
function generation(
  model: DecoderDimensions,
  run: { readonly batch: number; readonly start: number; readonly first: number; readonly count: number },
): WorkEstimate {
  let flops = 0;
  let bytes = 0;
  for (let pass = run.first; pass < run.count; pass++) {
    const from = run.start + pass;
    flops += run.batch * stretchFlops(model, { from, count: 1, rows: 1 });
    bytes += passBytes(model, run.batch * from);
  }
  return { flops, bytes };
}
