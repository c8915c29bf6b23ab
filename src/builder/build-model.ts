import { join } from 'node:path';
import { writeFileAtomic } from '../files/atomic-write.js';
import { makeDirectory } from '../files/make-directory.js';
import type { BuildPrecision, GraphStyle } from './decoder-build.js';
import { dimensionsFor, type Architecture, type Dimensions } from './dimensions.js';
import { randomWeights } from './random-weights.js';
import { shapeOfConfig } from './read-config.js';
import { syntheticConfig } from './synthetic-config.js';
import { syntheticTokenizer, syntheticTokenizerConfig } from './synthetic-tokenizer.js';
import { writeOnnx, type WriteOptions, type WrittenModel } from './write-onnx.js';

/** A synthetic model to be made. */
export interface SyntheticModel {
  readonly architecture: Architecture;
  readonly dimensions: Dimensions;
  readonly vocabulary: number;
  /** Longest context in tokens. */
  readonly context: number;
  readonly seed: number;
  readonly precision: BuildPrecision;
  readonly style: GraphStyle;
}

/** A synthetic model of about `nParams` parameters. */
export function syntheticModel(
  wanted: Omit<SyntheticModel, 'dimensions'> & { readonly nParams: number },
): SyntheticModel {
  const { nParams, ...rest } = wanted;
  return { ...rest, dimensions: dimensionsFor({ ...rest, nParams }) };
}

/**
 * Writes a whole model directory as transformers would: config, tokenizer and one ONNX file. A directory that holds
 * the same model at another precision gains a file. Equal models give equal bytes on every machine.
 */
export async function buildModel(
  directory: string,
  model: SyntheticModel,
  options: WriteOptions = {},
): Promise<WrittenModel> {
  const { architecture, dimensions, vocabulary, context, seed, precision, style } = model;
  const config = syntheticConfig(architecture, dimensions, { vocabulary, context });
  const path = join(directory, 'config.json');
  const shape = shapeOfConfig(config, path);
  const files = {
    'tokenizer.json': syntheticTokenizer(vocabulary),
    'tokenizer_config.json': syntheticTokenizerConfig(context),
    'generation_config.json': { bos_token_id: 0, eos_token_id: 0, do_sample: false },
    'config.json': { ...config, scalesweep: { synthetic: true, seed, after: dimensions.after } },
  };
  makeDirectory(directory);
  const written = await writeOnnx(
    directory,
    { shape, style, precision, source: randomWeights(seed) },
    options,
  );
  for (const [name, content] of Object.entries(files)) {
    await writeFileAtomic(join(directory, name), `${JSON.stringify(content, null, 1)}\n`);
  }
  return written;
}
