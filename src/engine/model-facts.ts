import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decoderDimensions } from '../onnx/decoder-dimensions.js';
import type { DecoderDimensions } from '../onnx/decoder-work.js';
import { decoderSignature, hasWholeCache, type DecoderSignature } from '../onnx/decoder-signature.js';
import { checkExternalData } from '../onnx/external-data.js';
import type { OnnxModel } from '../onnx/graph.js';
import { hasPackedCache, obstacle } from '../onnx/program/write-program.js';
import { readModelFile } from '../onnx/read-model.js';
import type { Shares } from '../session/layout-limits.js';
import { readModelSettings, type ModelSettings } from '../session/model-settings.js';
import type { TextCodec } from '../session/text-codec.js';

/** What an engine knows of a model file without opening it. */
export interface ModelFacts {
  /** Null where neither graph nor configuration tell. */
  readonly vocabularySize: number | null;
  /** The file and its external weights. */
  readonly bytes: number;
  /** What rows may share once it is rewritten. */
  readonly shares: Shares;
  readonly dimensions: DecoderDimensions;
}

/** Facts of model files and settings of model directories, each read once. Throws SweepError for a file that is damaged or no decoder. */
export class ModelFactsCache {
  readonly #known = new Map<string, ModelFacts>();
  readonly #settings = new Map<string, ModelSettings>();

  /** Settings of a directory; `tokenizer` is that of its own file. */
  settingsOf(modelDirectory: string, tokenizer: TextCodec): ModelSettings {
    const known = this.#settings.get(modelDirectory) ?? readModelSettings(modelDirectory, tokenizer);
    this.#settings.set(modelDirectory, known);
    return known;
  }

  of(modelFile: string, modelDirectory: string): ModelFacts {
    const known = this.#known.get(modelFile) ?? readFacts(modelFile, modelDirectory);
    this.#known.set(modelFile, known);
    return known;
  }
}

function readFacts(modelFile: string, modelDirectory: string): ModelFacts {
  const model = readModelFile(modelFile);
  const external = [...checkExternalData(model).values()].reduce((sum, size) => sum + size, 0);
  const signature = decoderSignature(model);
  return {
    vocabularySize: signature.vocabularySize,
    bytes: statSync(modelFile).size + external,
    shares: sharesOf(model, signature),
    dimensions: decoderDimensions(model, readConfig(modelDirectory)),
  };
}

function sharesOf(model: OnnxModel, signature: DecoderSignature): Shares {
  if (obstacle(model, signature, 'tree') !== null) return 'nothing';
  if (!hasWholeCache(signature)) return 'contexts';
  return hasPackedCache(model) ? 'prefixes' : 'beginnings';
}

/** config.json as it is; what it lacks is not known. */
function readConfig(directory: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(readFileSync(join(directory, 'config.json'), 'utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}
