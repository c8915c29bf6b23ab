import { Command } from 'commander';
import { readBenchFile } from '../bench/bench-file.js';
import { plotScales } from '../bench/scale-plot.js';
import { writeFileAtomic } from '../files/atomic-write.js';

/** `scalesweep bench plot`: speed and energy against scale, as a picture. */
export function benchPlotCommand(): Command {
  return new Command('plot')
    .description('draw tokens/s and J/token of every test against parameters, with the roof, as SVG')
    .argument('<bench.jsonl...>', 'files that `scalesweep bench --out` wrote')
    .requiredOption('--output <file.svg>', 'file to write')
    .action(async (files: string[], { output }: { output: string }) => {
      await writeFileAtomic(output, await plotScales(files.flatMap(readBenchFile)));
      process.stdout.write(`${output}\n`);
    });
}
