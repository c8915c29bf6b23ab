import type { Precision } from '../domain/model.js';
import { digestOfValue } from '../files/digest.js';
import type { BenchTest } from './bench-test.js';

/** One model file as the benchmark knows it. */
export interface BenchModel {
  readonly name: string;
  readonly family: string;
  readonly directory: string;
  readonly file: string;
  readonly tokenizerFile: string;
  readonly precision: Precision;
  readonly nParams: number;
  readonly nParamsNonEmbedding: number;
  /** Bytes of the graph's weights, wherever they lie. */
  readonly weightBytes: number;
  /** Bytes of weights that every forward pass reads: all but the tables that are only looked up. */
  readonly readBytes: number;
  /** sha256 (hex) of the graph file, with the size of its external data. */
  readonly digest: string;
  readonly geometry: ModelGeometry;
}

/** What work a token makes, as far as the graph and config.json tell. */
export interface ModelGeometry {
  readonly nLayers: number;
  /** Query heads times head size, null where config.json does not tell. */
  readonly attentionWidth: number | null;
  /** Bytes that one token adds to the cache. */
  readonly cacheBytesPerToken: number;
  readonly vocabularySize: number;
  readonly hiddenSize: number | null;
  readonly maxLength: number;
}

/** One thing to measure. */
export interface BenchPoint {
  readonly model: BenchModel;
  readonly device: string;
  readonly threads: number;
  /** Rows computed together. */
  readonly batch: number;
  /** Processes that work at once, each with its own copy of the model. */
  readonly concurrency: number;
  readonly test: BenchTest;
}

/** Identity of a point: what changes a figure changes the key. */
export function pointKey({ model, device, threads, batch, concurrency, test }: BenchPoint): string {
  const identity = { model: model.digest, name: model.name, device, threads, batch, concurrency, test };
  return digestOfValue(identity).slice(0, 16);
}

/** Identity of the process that a point needs: points with equal ones share it. */
export function processKey({ model, device, threads }: BenchPoint): string {
  return JSON.stringify([model.file, device, threads]);
}
