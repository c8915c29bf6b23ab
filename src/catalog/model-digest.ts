import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Model, Precision } from '../domain/model.js';
import { digestOfFile, digestOfValue } from '../files/digest.js';
import { checkExternalData } from '../onnx/external-data.js';
import { readModelFile } from '../onnx/read-model.js';

/** Files beside the weights that change a model's answers. */
const CONFIGURATION = ['config.json', 'generation_config.json', 'tokenizer_config.json'];

/** sha256 (hex) over everything that changes a model's answers: graph, weights, configuration, tokenizer. */
export async function digestOfModel(model: Model, precision: Precision): Promise<string> {
  const modelFile = model.files[precision] ?? '';
  const weights = [...checkExternalData(readModelFile(modelFile)).keys()].sort();
  const configuration = CONFIGURATION.map((name) => join(model.directory, name)).filter((file) =>
    existsSync(file),
  );
  const files = [modelFile, ...weights, ...configuration, model.tokenizerFile];
  const digests: string[] = [];
  for (const file of files) digests.push(await digestOfFile(file));
  return digestOfValue(digests);
}
