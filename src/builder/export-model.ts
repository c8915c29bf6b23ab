import { copyFile, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeDirectory } from '../files/make-directory.js';
import { SweepError } from '../errors.js';
import { Checkpoint } from './checkpoint.js';
import type { BuildPrecision, GraphStyle } from './decoder-build.js';
import type { DecoderShape } from './decoder-shape.js';
import { shapeOfConfig } from './read-config.js';
import { nameWeights } from './weight-names.js';
import { writeOnnx, type WriteOptions, type WrittenModel } from './write-onnx.js';

const NEEDED = ['config.json', 'tokenizer.json'];
const COPIED = [
  ...NEEDED,
  'tokenizer_config.json',
  'generation_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
];

/** A transformers checkpoint to be written as ONNX. */
export interface ExportRequest {
  /** Directory with config.json, tokenizer.json and safetensors. */
  readonly from: string;
  readonly precision: BuildPrecision;
  readonly style: GraphStyle;
}

/**
 * Writes a checkpoint as a model directory of the same shape as `buildModel` does, its tokenizer and configuration
 * copied. Throws SweepError for architectures without a graph, incomplete checkpoints and full disks.
 */
export async function exportModel(
  directory: string,
  request: ExportRequest,
  options: WriteOptions = {},
): Promise<WrittenModel> {
  const { from, precision, style } = request;
  for (const name of NEEDED) requireFile(from, name);
  const path = join(from, 'config.json');
  const config = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  using source = new Checkpoint(from);
  const shape = withRealHead(shapeOfConfig(config, path), source);
  makeDirectory(directory);
  const written = await writeOnnx(directory, { shape, style, precision, source }, options);
  for (const name of COPIED) {
    if (resolve(from) === resolve(directory) || !existsSync(join(from, name))) continue;
    await copyFile(join(from, name), join(directory, name));
  }
  return written;
}

/** A checkpoint without a head of its own is tied, whatever its config leaves unsaid. */
function withRealHead(shape: DecoderShape, source: Checkpoint): DecoderShape {
  const head = nameWeights({ ...shape, isTied: false }).head.weight.tensor;
  return shape.isTied || source.has(head) ? shape : { ...shape, isTied: true };
}

function requireFile(directory: string, name: string): void {
  if (existsSync(join(directory, name))) return;
  throw new SweepError(
    'BAD_CHECKPOINT',
    `Expected ${name} in ${directory}, found none; point at a directory that transformers' save_pretrained (model and tokenizer) wrote.`,
  );
}
