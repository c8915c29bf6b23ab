import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PRECISIONS, type Model, type Precision } from '../domain/model.js';
import { SweepError } from '../errors.js';
import { checkExternalData } from '../onnx/external-data.js';
import { countParameters, type ParameterCount } from '../onnx/parameters.js';
import { readModelFile } from '../onnx/read-model.js';
import { parseJson, type ScaleEntry } from './family-file.js';
import { MODEL_FILE_NAMES, modelFilesIn } from './model-files.js';

/** Reads one model directory; `entry` is what family.json says of it. Throws SweepError for what is missing or damaged. */
export function loadModel(family: string, directory: string, entry: ScaleEntry | null): Model {
  const files = modelFilesIn(directory);
  const present = PRECISIONS.filter((precision) => files[precision] !== undefined);
  if (present.length === 0) {
    throw new SweepError(
      'NO_MODEL',
      `Expected a model in ${directory}, but there is none of ${MODEL_FILE_NAMES}.`,
    );
  }
  const config = parseJson(needed(directory, 'config.json')) as { tie_word_embeddings?: unknown };
  const tokenizerFile = needed(directory, 'tokenizer.json');
  const counts = checkFiles(files, present, config.tie_word_embeddings === true);
  return {
    family,
    name: entry?.name ?? basename(directory),
    directory,
    nParams: entry?.nParams ?? counts.total,
    nParamsNonEmbedding: entry?.nParamsNonEmbedding ?? counts.nonEmbedding,
    trainingTokens: entry?.trainingTokens ?? null,
    seed: entry?.seed ?? null,
    distinctExamples: entry?.distinctExamples ?? null,
    notes: entry?.notes ?? null,
    files,
    tokenizerFile,
  };
}

// Every file is checked; the parameters are those of the least quantised one.
function checkFiles(files: Model['files'], present: readonly Precision[], tied: boolean): ParameterCount {
  let counts: ParameterCount | null = null;
  for (const precision of present) {
    const model = readModelFile(files[precision] ?? '');
    checkExternalData(model);
    counts ??= countParameters(model, tied);
  }
  return counts ?? { total: 0, nonEmbedding: 0 };
}

function needed(directory: string, name: string): string {
  const file = join(directory, name);
  if (existsSync(file)) return file;
  throw new SweepError(
    'MISSING_FILE',
    `Expected ${name} beside the model in ${directory}, but there is none; export the model with its tokenizer and configuration.`,
  );
}
