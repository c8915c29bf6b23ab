import { Command, Option } from 'commander';
import { readBenchFile } from '../bench/bench-file.js';
import { compareBench, noiseFloorOf, renderComparison } from '../bench/compare-bench.js';

/** `scalesweep bench compare`: two bench files, point by point. */
export function benchCompareCommand(): Command {
  return new Command('compare')
    .description('compare two bench files: which points became faster or slower, beyond chance and noise')
    .argument('<before>', 'bench file (.jsonl or .json)')
    .argument('<after>', 'bench file')
    .addOption(repeatsOption())
    .option('--json', 'print the comparison as JSON')
    .action((before: string, after: string, flags: { repeats?: string[]; json?: boolean }) => {
      const { repeats = [], json = false } = flags;
      const compared = compareBenchFiles([before, after], { repeats, json });
      process.stdout.write(compared.text);
      process.exitCode = compared.exitCode;
    });
}

export function repeatsOption(): Option {
  const several = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];
  return new Option(
    '--repeats <file>',
    'bench files: benches of the unchanged machine, for its noise floor (repeatable)',
  ).argParser(several);
}

/** Compares two bench files; the exit code is 1 where something became slower. Throws SweepError for files that are none. */
export function compareBenchFiles(
  [before, after]: readonly [string, string],
  { repeats, json }: { readonly repeats: readonly string[]; readonly json: boolean },
): { readonly text: string; readonly exitCode: number } {
  const floor = noiseFloorOf(repeats.map(readBenchFile));
  const comparison = compareBench(readBenchFile(before), readBenchFile(after), floor);
  return {
    text: json ? `${JSON.stringify(comparison, null, 2)}\n` : renderComparison(comparison),
    exitCode: comparison.differences.some(({ verdict }) => verdict === 'slower') ? 1 : 0,
  };
}
