import { Command, Option } from 'commander';
import { readBenchFile } from '../bench/bench-file.js';
import { compareBench, noiseFloorOf, renderComparison } from '../bench/compare-bench.js';

/** `scalesweep bench compare`: two bench files, point by point. */
export function benchCompareCommand(): Command {
  const several = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];
  return new Command('compare')
    .description('compare two bench files: which points became faster or slower, beyond chance and noise')
    .argument('<before>', 'bench file (.jsonl or .json)')
    .argument('<after>', 'bench file')
    .addOption(
      new Option(
        '--repeats <file>',
        'benches of the unchanged machine, for its noise floor (repeatable)',
      ).argParser(several),
    )
    .option('--json', 'print the comparison as JSON')
    .action((before: string, after: string, flags: { repeats?: string[]; json?: boolean }) => {
      const floor = noiseFloorOf((flags.repeats ?? []).map(readBenchFile));
      const comparison = compareBench(readBenchFile(before), readBenchFile(after), floor);
      const text =
        flags.json === true ? `${JSON.stringify(comparison, null, 2)}\n` : renderComparison(comparison);
      process.stdout.write(text);
      process.exitCode = comparison.differences.some(({ verdict }) => verdict === 'slower') ? 1 : 0;
    });
}
