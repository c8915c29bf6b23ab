import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Model, Precision } from '../domain/model.js';
import { SweepError } from '../errors.js';
import { digestOfText } from '../files/digest.js';
import { decoderDimensions, weightBytes } from '../onnx/decoder-dimensions.js';
import { checkExternalData } from '../onnx/external-data.js';
import type { OnnxModel } from '../onnx/graph.js';
import { readModelFile } from '../onnx/read-model.js';
import { maxLengthOf } from '../session/model-settings.js';
import type { BenchModel, ModelGeometry } from './bench-point.js';

/** What the benchmark needs to know of one file of a model. Throws SweepError where the precision is not there. */
export function describeModel(model: Model, precision: Precision): BenchModel {
  const file = model.files[precision];
  if (file === undefined) {
    throw new SweepError(
      'MISSING_PRECISION',
      `Expected ${model.name} at ${precision}, but ${model.directory} holds ${Object.keys(model.files).join(', ')} only; build or export that precision too.`,
    );
  }
  const onnx = readModelFile(file);
  const { family, name, directory, tokenizerFile, nParams, nParamsNonEmbedding } = model;
  return {
    family,
    name,
    directory,
    tokenizerFile,
    nParams,
    nParamsNonEmbedding,
    file,
    precision,
    weightBytes: weightBytes(onnx).all,
    digest: digestOfGraph(file, onnx),
    geometry: { ...geometryOf(onnx, directory), nParamsNonEmbedding },
  };
}

/** The graph decides what is computed; hashing gigabytes of weights for every bench would not tell more. */
function digestOfGraph(file: string, model: OnnxModel): string {
  const beside = [...checkExternalData(model).values()];
  const { size } = statSync(file);
  const graph = size < 1 << 28 ? readFileSync(file) : `${file} ${size}`;
  return digestOfText(`${digestOfText(graph)} ${beside.join(' ')}`);
}

function geometryOf(model: OnnxModel, directory: string): ModelGeometry {
  const config = readJson(join(directory, 'config.json'));
  const dimensions = decoderDimensions(model, config);
  if (!(dimensions.vocabularySize > 0)) {
    throw new SweepError(
      'UNSUPPORTED_MODEL',
      `Expected the logits of ${model.file} to have a fixed width, or vocab_size in config.json; neither tells the vocabulary.`,
    );
  }
  return {
    ...dimensions,
    maxLength: maxLengthOf(config, readJson(join(directory, 'tokenizer_config.json'))),
  };
}

function readJson(file: string): Record<string, unknown> {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};
}
