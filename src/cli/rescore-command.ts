import { Command, Option } from 'commander';
import { holdsSamples, rescoreRun } from '../run/rescore-run.js';
import { writeOutputs } from '../run/write-outputs.js';
import { EXIT } from './failure.js';

interface Flags {
  readonly task?: string[];
  readonly includePath?: string[];
  readonly logSamples?: boolean;
}

/** `scalesweep rescore`: new metrics from old answers. */
export function rescoreCommand(): Command {
  const several = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];
  return new Command('rescore')
    .description('score the answers of a run again, by its tasks as they are now, without a model')
    .argument('<run>', 'a run directory')
    .addOption(
      new Option(
        '--task <name|file|glob>',
        'where the tasks are now (repeatable); default: where they were',
      ).argParser(several),
    )
    .addOption(
      new Option('--include-path <dir>', 'where task names are looked up (repeatable)').argParser(several),
    )
    .option('--log-samples', "write every sample in lm-eval's format; default: where the run has such files")
    .action(async (directory: string, flags: Flags) => {
      const { nTrials, ...prepared } = await rescoreRun(directory, {
        ...(flags.task === undefined ? {} : { tasks: flags.task }),
        ...(flags.includePath === undefined ? {} : { includePaths: flags.includePath }),
      });
      const logSamples = flags.logSamples === true || (await holdsSamples(directory));
      const { table, remarks, nFailed } = await writeOutputs(directory, prepared, { logSamples });
      process.stdout.write(table);
      process.stderr.write(`${nTrials} trials scored again\n${remarks.join('\n')}\n`);
      process.exitCode = nFailed === 0 ? EXIT.ok : EXIT.someFailed;
    });
}
