import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Family, Model } from '../domain/model.js';
import { SweepError } from '../errors.js';
import { readFamilyFile, type ScaleEntry } from './family-file.js';
import { loadModel } from './load-model.js';
import { MODEL_FILE_NAMES, modelFilesIn } from './model-files.js';

/**
 * A family from a directory of model directories, in order of size; a single model directory is a family of one.
 * family.json names the scales and what is known of them; without it every model directory below is a scale.
 * Throws SweepError for what does not exist, is missing or damaged.
 */
export async function loadFamily(path: string): Promise<Family> {
  const directory = resolve(path);
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new SweepError(
      'NO_SUCH_FAMILY',
      `Expected ${path} to be a family (a directory of model directories) or a model directory, but there is no such directory.`,
    );
  }
  const file = readFamilyFile(directory);
  const name = file?.name ?? basename(directory);
  const scales = file?.scales ?? findScales(directory);
  const models = scales.map((entry) => loadModel(name, join(directory, entry.path), entry)).sort(bySize);
  refuseDoubleNames(models, directory);
  return await Promise.resolve({ name, directory, models });
}

function findScales(directory: string): ScaleEntry[] {
  if (isModelDirectory(directory)) return [{ path: '.', name: nameOfSingle(directory) }];
  const scales = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => isModelDirectory(join(directory, entry.name)))
    .map((entry) => ({ path: entry.name, name: entry.name }));
  if (scales.length > 0) return scales;
  throw new SweepError(
    'NO_MODEL',
    `Expected a model in ${directory} or in a directory directly below it, but there is none of ${MODEL_FILE_NAMES}.`,
  );
}

function isModelDirectory(directory: string): boolean {
  return Object.keys(modelFilesIn(directory)).length > 0;
}

// Some exports put everything into <model>/onnx.
function nameOfSingle(directory: string): string {
  return basename(directory) === 'onnx' ? basename(dirname(directory)) : basename(directory);
}

function bySize(a: Model, b: Model): number {
  return a.nParams - b.nParams || (a.seed ?? -1) - (b.seed ?? -1) || (a.name < b.name ? -1 : 1);
}

function refuseDoubleNames(models: readonly Model[], directory: string): void {
  const names = models.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new SweepError(
    'BAD_FAMILY',
    `Expected every scale in ${join(directory, 'family.json')} to have a name of its own, but ${twice} stands there twice.`,
  );
}
