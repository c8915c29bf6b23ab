import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { shapeOfConfig } from '../builder/read-config.js';
import type { DecoderShape } from '../builder/decoder-shape.js';
import type { Model, Precision } from '../domain/model.js';
import { SweepError } from '../errors.js';
import { digestOfText } from '../files/digest.js';
import { decoderSignature, type CacheTensor } from '../onnx/decoder-signature.js';
import { bytesOfElements } from '../onnx/element-type.js';
import { checkExternalData } from '../onnx/external-data.js';
import { graphsWithin, type OnnxModel } from '../onnx/graph.js';
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
  const weights = weightBytes(onnx);
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
    weightBytes: weights.all,
    readBytes: weights.all - weights.lookedUp,
    digest: digestOfGraph(file, onnx),
    geometry: geometryOf(onnx, directory),
  };
}

/** Bytes of all weights, and of those of which a pass reads single rows only. */
function weightBytes(model: OnnxModel): { readonly all: number; readonly lookedUp: number } {
  let all = 0;
  let lookedUp = 0;
  for (const { initializers, nodes } of graphsWithin(model.graph)) {
    const tables = new Set(nodes.filter(({ opType }) => opType === 'Gather').map(({ inputs }) => inputs[0]));
    const rotation = new Set(
      nodes.filter(({ opType }) => opType === 'RotaryEmbedding').flatMap(({ inputs }) => inputs.slice(2)),
    );
    for (const { name, elementType, elements } of initializers) {
      const bytes = bytesOfElements(elementType, elements) ?? 0;
      all += bytes;
      if (tables.has(name) || rotation.has(name)) lookedUp += bytes;
    }
  }
  return { all, lookedUp };
}

/** The graph decides what is computed; hashing gigabytes of weights for every bench would not tell more. */
function digestOfGraph(file: string, model: OnnxModel): string {
  const beside = [...checkExternalData(model).values()];
  const { size } = statSync(file);
  const graph = size < 1 << 28 ? readFileSync(file) : `${file} ${size}`;
  return digestOfText(`${digestOfText(graph)} ${beside.join(' ')}`);
}

function geometryOf(model: OnnxModel, directory: string): ModelGeometry {
  const { cache, vocabularySize } = decoderSignature(model);
  const config = readJson(join(directory, 'config.json'));
  const shape = shapeOrNull(config, directory);
  const vocabulary = vocabularySize ?? shape?.vocabSize ?? Number(config['vocab_size']);
  if (!(vocabulary > 0)) {
    throw new SweepError(
      'UNSUPPORTED_MODEL',
      `Expected the logits of ${model.file} to have a fixed width, or vocab_size in config.json; neither tells the vocabulary.`,
    );
  }
  return {
    nLayers: shape?.nLayers ?? Math.ceil(cache.length / 2),
    attentionWidth: shape === null ? null : shape.nHeads * shape.headDim,
    hiddenSize: shape?.hiddenSize ?? null,
    cacheBytesPerToken: cache.reduce((sum, tensor) => sum + bytesPerToken(tensor), 0),
    vocabularySize: vocabulary,
    maxLength: maxLengthOf(config, readJson(join(directory, 'tokenizer_config.json'))),
  };
}

function shapeOrNull(config: Readonly<Record<string, unknown>>, directory: string): DecoderShape | null {
  try {
    return shapeOfConfig(config, directory);
  } catch {
    return null; // an architecture that cannot be built can still be measured
  }
}

function bytesPerToken({ dims, elementType }: CacheTensor): number {
  const elements = dims.reduce<number>((product, dim) => product * (dim ?? 1), 1);
  return bytesOfElements(elementType, elements) ?? 0;
}

function readJson(file: string): Record<string, unknown> {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};
}
