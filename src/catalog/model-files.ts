import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Precision } from '../domain/model.js';

// The names that optimum, transformers.js and onnxruntime-genai write, best first within a precision.
const NAMES: readonly (readonly [precision: Precision, names: readonly string[]])[] = [
  ['fp32', ['model.onnx', 'onnx/model.onnx', 'decoder_model_merged.onnx', 'onnx/decoder_model_merged.onnx']],
  ['fp16', ['model_fp16.onnx', 'onnx/model_fp16.onnx', 'onnx/decoder_model_merged_fp16.onnx']],
  ['int8', ['model_int8.onnx', 'onnx/model_int8.onnx', 'onnx/decoder_model_merged_int8.onnx']],
  ['uint8', ['model_uint8.onnx', 'onnx/model_uint8.onnx', 'onnx/decoder_model_merged_uint8.onnx']],
  ['q8', ['model_quantized.onnx', 'onnx/model_quantized.onnx', 'onnx/decoder_model_merged_quantized.onnx']],
  ['q4', ['model_q4.onnx', 'onnx/model_q4.onnx', 'onnx/decoder_model_merged_q4.onnx']],
  ['q4f16', ['model_q4f16.onnx', 'onnx/model_q4f16.onnx', 'onnx/decoder_model_merged_q4f16.onnx']],
  ['bnb4', ['model_bnb4.onnx', 'onnx/model_bnb4.onnx', 'onnx/decoder_model_merged_bnb4.onnx']],
];
// A decoder without a cache serves where nothing better is there.
const LAST_RESORTS = ['decoder_model.onnx', 'onnx/decoder_model.onnx'];

/** Absolute paths of the ONNX files of a model directory by precision; empty where it holds none. */
export function modelFilesIn(directory: string): Partial<Record<Precision, string>> {
  const found = modelFilesAmong((name) => isFile(join(directory, name)));
  return Object.fromEntries(
    Object.entries(found).map(([precision, name]) => [precision, join(directory, name)]),
  );
}

/** Names of the ONNX files of a model by precision, within its directory, of which `isThere` tells what it holds. */
export function modelFilesAmong(isThere: (name: string) => boolean): Partial<Record<Precision, string>> {
  const files: Partial<Record<Precision, string>> = {};
  for (const [precision, names] of NAMES) {
    const name = [...names, ...(precision === 'fp32' ? LAST_RESORTS : [])].find(isThere);
    if (name !== undefined) files[precision] = name;
  }
  return files;
}

/** What `modelFilesIn` looks for, for messages. */
export const MODEL_FILE_NAMES =
  'model.onnx, onnx/model.onnx, onnx/model_{fp16,int8,uint8,quantized,q4,q4f16,bnb4}.onnx, decoder_model_merged.onnx, decoder_model.onnx';

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
