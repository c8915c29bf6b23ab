import type { Precision } from '../domain/model.js';
import { digestOfValue } from '../files/digest.js';
import type { DecoderDimensions } from '../onnx/decoder-work.js';
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
  /** sha256 (hex) of the graph file, with the size of its external data. */
  readonly digest: string;
  readonly geometry: ModelGeometry;
}

/** What work a token makes, and how long a sequence may be. */
export interface ModelGeometry extends DecoderDimensions {
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
