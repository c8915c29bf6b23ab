import { rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SweepError } from '../errors.js';
import { writeFileAtomic } from '../files/atomic-write.js';
import { makeDirectory } from '../files/make-directory.js';
import { encodeModel } from '../onnx/encode-model.js';
import { buildGraph, type GraphRequest } from './build-graph.js';
import type { BuildPrecision } from './decoder-build.js';
import type { GraphWriter } from './graph-writer.js';
import { layOutWeights, writeWeights, type WeightFile } from './weight-file.js';
import type { WeightSource } from './weights.js';

/** File of a model at a precision inside its directory, by transformers.js's names. */
export function onnxFileName(precision: BuildPrecision): string {
  return precision === 'fp32' ? 'onnx/model.onnx' : `onnx/model_${precision}.onnx`;
}

/** What writing a model needs from the world. */
export interface WriteOptions {
  readonly onBytes?: (written: number, total: number) => void;
  /** Free bytes where the model goes; asked of the file system when left out. */
  readonly freeBytes?: number;
}

export interface WrittenModel {
  readonly file: string;
  readonly weightBytes: number;
}

/**
 * Writes `directory`/onnx/model[_precision].onnx and its weights beside it (…onnx_data), the weights first, so that a
 * model file that exists has all its weights. Throws SweepError NO_SPACE before writing when the disk cannot hold it.
 */
export async function writeOnnx(
  directory: string,
  request: GraphRequest & { readonly source: WeightSource },
  options: WriteOptions = {},
): Promise<WrittenModel> {
  checkStyle(request);
  const file = join(directory, onnxFileName(request.precision));
  const graph = buildGraph(request);
  const layout = layOutWeights(`${basename(file)}_data`, graph.weights);
  makeDirectory(dirname(file));
  const bytes = encodeModel(modelOf(graph, layout));
  checkSpace(directory, layout.bytes + bytes.length, options.freeBytes ?? (await freeBytesAt(directory)));
  const weightFile = join(dirname(file), layout.name);
  rmSync(file, { force: true });
  try {
    writeWeights(weightFile, { layout, weights: graph.weights, source: request.source }, options.onBytes);
  } catch (error) {
    rmSync(weightFile, { force: true });
    throw error;
  }
  await writeFileAtomic(file, bytes);
  return { file, weightBytes: layout.bytes };
}

/** Throws SweepError UNSUPPORTED_STYLE where standard operators have no such numbers. */
function checkStyle({ style, precision }: GraphRequest): void {
  if (style === 'fused' || (precision !== 'q4' && precision !== 'q4f16')) return;
  throw new SweepError(
    'UNSUPPORTED_STYLE',
    `Expected style fused for precision ${precision}, got portable: 4-bit weights need onnxruntime's MatMulNBits; ask for --style fused, or for int8.`,
  );
}

function modelOf(graph: GraphWriter, layout: WeightFile): Parameters<typeof encodeModel>[0] {
  const { nodes, constants, inputs, outputs } = graph;
  const initializers = [...constants, ...layout.tensors];
  return {
    graph: { name: 'decoder', nodes, initializers, inputs, outputs },
    opsets: { '': 20, 'com.microsoft': 1 },
    metadata: {},
  };
}

function checkSpace(directory: string, needed: number, free: number): void {
  if (needed <= free) return;
  throw new SweepError(
    'NO_SPACE',
    `Expected ${gigabytes(needed)} free in ${directory} for the model's weights, found ${gigabytes(free)}; free some space, choose another directory, or ask for a smaller precision.`,
  );
}

async function freeBytesAt(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

function gigabytes(bytes: number): string {
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
