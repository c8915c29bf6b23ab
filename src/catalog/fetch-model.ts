import { copyFile, link, realpath, rm } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { makeDirectory } from '../files/make-directory.js';
import type { Precision } from '../domain/model.js';
import { SweepError } from '../errors.js';
import { HubRepository } from '../hub/hub-repository.js';
import type { HubSettings } from '../hub/hub-settings.js';
import { graphsWithin } from '../onnx/graph.js';
import { readModelFile } from '../onnx/read-model.js';
import { MODEL_FILE_NAMES, modelFilesAmong } from './model-files.js';

/** A model of the hub, and what of it is wanted. */
export interface ModelRequest {
  readonly name: string;
  /** Branch, tag or commit; null for the main branch. */
  readonly revision: string | null;
  /** Empty for fp32, or for what the model has where it has no fp32. */
  readonly precisions: readonly Precision[];
  /** The safetensors that `models export` reads, instead of ONNX files. */
  readonly isCheckpoint: boolean;
}

/** What was fetched: the commit, and the files by their names in the model's directory. */
export interface FetchedModel {
  readonly commit: string;
  readonly files: readonly string[];
}

const NEEDED = ['config.json', 'tokenizer.json'];
const USEFUL = [
  'tokenizer_config.json',
  'generation_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
  'chat_template.json',
  'genai_config.json',
];
const CHECKPOINT = /^[^/]+\.safetensors(\.index\.json)?$/;

/**
 * Fetches a model of the hub into a model directory: its configuration and tokenizer, and the ONNX files of the asked
 * precisions with the weights beside them. Files lie in the hub's cache, and in the directory as links where the disk
 * allows it, so that a fetch that was broken off goes on where it stopped. Throws SweepError for what is not there.
 */
export async function fetchModel(
  request: ModelRequest,
  { directory, settings }: { readonly directory: string; readonly settings: HubSettings },
): Promise<FetchedModel> {
  const repository = await HubRepository.open(
    { kind: 'model', name: request.name },
    request.revision ?? 'main',
    settings,
  );
  const missing = NEEDED.find((name) => !repository.paths.includes(name));
  if (missing !== undefined) {
    throw new SweepError(
      'MISSING_FILE',
      `Expected ${missing} in the model ${request.name}, but there is none; take a model that was exported with it.`,
    );
  }
  const names = request.isCheckpoint
    ? checkpointOf(repository.paths, request)
    : onnxOf(repository.paths, request);
  const files: string[] = [];
  const take = async (name: string): Promise<void> => {
    await place(await repository.fetch(name), join(directory, name));
    files.push(name);
  };
  for (const name of [...NEEDED, ...USEFUL.filter((entry) => repository.paths.includes(entry)), ...names])
    await take(name);
  if (!request.isCheckpoint)
    for (const name of weightsBeside(names, directory)) if (!files.includes(name)) await take(name);
  return { commit: repository.commit, files };
}

function onnxOf(paths: readonly string[], { name, precisions }: ModelRequest): string[] {
  const there = modelFilesAmong((path) => paths.includes(path));
  const [first] = Object.keys(there) as Precision[];
  if (first === undefined) {
    const advice = paths.some((path) => CHECKPOINT.test(path))
      ? 'it has safetensors: fetch them with --checkpoint, then run `scalesweep models export`'
      : 'take a model that was exported to ONNX';
    throw new SweepError(
      'NO_MODEL',
      `Expected one of ${MODEL_FILE_NAMES} in ${name}, but there is none; ${advice}.`,
    );
  }
  return (precisions.length > 0 ? precisions : [first]).map((precision) => {
    const path = there[precision];
    if (path !== undefined) return path;
    throw new SweepError(
      'NO_SUCH_PRECISION',
      `Expected ${precision} among the precisions of ${name}, but it has ${Object.keys(there).join(', ')}; ask for one of these.`,
    );
  });
}

function checkpointOf(paths: readonly string[], { name }: ModelRequest): string[] {
  const found = paths.filter((path) => CHECKPOINT.test(path));
  if (found.length > 0) return found;
  throw new SweepError(
    'NO_MODEL',
    `Expected *.safetensors in ${name}, but there is none; take a model that has them, or one that was exported to ONNX.`,
  );
}

// Only the graph knows what its files of weights are called.
function weightsBeside(names: readonly string[], directory: string): string[] {
  return names.flatMap((name) => {
    const initializers = [...graphsWithin(readModelFile(join(directory, name)).graph)].flatMap(
      (graph) => graph.initializers,
    );
    const locations = new Set(
      initializers.flatMap(({ external }) => (external === null ? [] : [external.location])),
    );
    return [...locations].map((location) => posix.join(posix.dirname(name), location));
  });
}

async function place(cached: string, target: string): Promise<void> {
  const file = await realpath(cached);
  makeDirectory(dirname(target));
  await rm(target, { force: true });
  await link(file, target).catch(() => copyFile(file, target));
}
