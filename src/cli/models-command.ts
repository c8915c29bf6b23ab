import { Command } from 'commander';
import { modelsBuildCommand } from './models-build.js';
import { modelsExportCommand } from './models-export.js';
import { modelsFetchCommand } from './models-fetch.js';
import { modelsInspectCommand } from './models-inspect.js';

/** `scalesweep models`: make and look at model directories. */
export function modelsCommand(): Command {
  return new Command('models')
    .description('make model directories, and tell what they hold')
    .addCommand(modelsInspectCommand())
    .addCommand(modelsBuildCommand())
    .addCommand(modelsExportCommand())
    .addCommand(modelsFetchCommand());
}
