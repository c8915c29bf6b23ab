import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { fetchModel } from '../catalog/fetch-model.js';
import { PRECISIONS } from '../domain/model.js';
import { readHubSettings } from '../hub/hub-settings.js';
import { parsePrecisions } from './models-build.js';

interface Flags {
  readonly precision?: string;
  readonly revision?: string;
  readonly checkpoint?: boolean;
  readonly output: string;
}

/** `scalesweep models fetch`: models of the hub as model directories, a family of them where several are named. */
export function modelsFetchCommand(): Command {
  return new Command('fetch')
    .description('fetch models from the hub: configuration, tokenizer, ONNX files and their weights')
    .argument('<name...>', 'models by name, such as onnx-community/Qwen2.5-0.5B')
    .option('--precision <name,...>', 'fp32, fp16, int8, q4, ...; default: fp32, or what there is')
    .option('--revision <name>', 'branch, tag or commit')
    .option('--checkpoint', 'fetch safetensors instead of ONNX files, for `models export`')
    .requiredOption('-o, --output <dir>', 'family directory to write; every model is a directory in it')
    .action(async (names: readonly string[], flags: Flags) => {
      for (const name of names) {
        const directory = resolve(join(flags.output, name.split('/').at(-1) ?? name));
        const request = {
          name,
          revision: flags.revision ?? null,
          precisions: flags.precision === undefined ? [] : parsePrecisions(flags.precision, PRECISIONS),
          isCheckpoint: flags.checkpoint === true,
        };
        const { commit, files } = await fetchModel(request, { directory, settings: readHubSettings() });
        process.stdout.write(`${directory}  ${name}@${commit.slice(0, 12)}  ${files.length} files\n`);
      }
    });
}
