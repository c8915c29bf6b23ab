import { Command, Option } from 'commander';
import { ARCHITECTURES } from '../builder/dimensions.js';
import { BENCH_FORMATS } from '../bench/render-bench.js';
import { PRESETS } from '../bench/stop-rule.js';
import { benchCompareCommand } from './bench-compare.js';
import { benchPlotCommand } from './bench-plot.js';
import { runBenchCommand, type BenchFlags } from './bench-run.js';

/** `scalesweep bench`: how fast this machine is at every model scale. */
export function benchCommand(): Command {
  const several = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];
  return new Command('bench')
    .description('measure speed, memory and energy by model scale; makes synthetic models of the asked sizes')
    .addOption(new Option('-m, --model <dir>', 'model or family directory (repeatable)').argParser(several))
    .option('--params <n,...>', 'sizes of synthetic models: 10m,30m,100m (made on first use, then kept)')
    .addOption(
      new Option('--arch <name>', 'architecture of synthetic models').choices(ARCHITECTURES).default('llama'),
    )
    .option('--models-dir <dir>', 'where synthetic models are kept', 'bench/models')
    .option('--precision <name,...>', 'fp32, fp16, int8, q4, ...; default: fp32, or what a model has')
    .addOption(
      new Option('--style <name>', 'operators of synthetic models')
        .choices(['auto', 'portable', 'fused'])
        .default('auto'),
    )
    .option('-p, --prompt <n,...>', 'prompt lengths (ppN); 0 for none', '512')
    .option('-n, --gen <n,...>', 'generated tokens (tgN); 0 for none', '128')
    .addOption(
      new Option('--pg <p,g>', 'prompt and generation together, with TTFT and ITL (repeatable)').argParser(
        several,
      ),
    )
    .option('-d, --depth <n,...>', 'contexts that generation starts behind', '0')
    .addOption(
      new Option(
        '--score <prefix,choices,tokens>',
        'multiple choice with a shared prefix (repeatable)',
      ).argParser(several),
    )
    .addOption(
      new Option(
        '--server <p,g,load,ms>',
        'Poisson arrivals at a share of the single rate, with a bound of p90 (repeatable)',
      ).argParser(several),
    )
    .option('--tokenize <bytes>', 'tokenization of so much text at a time')
    .option('--load', 'time from the start of a process to its first answer')
    .option('-b, --batch <n,...>', 'rows at a time: 1,8 or 1-8*2', '1')
    .option('-c, --concurrency <n,...>', 'processes at a time, each with its model', '1')
    .option('-t, --threads <n,...>', 'threads of a process; default: all cores')
    .option('--device <name,...>', 'cpu, webgpu, cuda:N', 'cpu')
    .addOption(
      new Option('--preset <name>', 'when a point is done').choices(Object.keys(PRESETS)).default('standard'),
    )
    .option('--max-seconds <n>', 'timed seconds of a point, at most')
    .option('--seed <text>', 'seed of inputs and order', '0')
    .option('--timeout <seconds>', 'longest wait for one answer', '600')
    .option('--wait-idle <seconds>', 'let a repetition wait so long for other processes to come to rest')
    .option('--cooldown <celsius>', 'let a GPU cool down so far before each repetition')
    .option('--no-roof', 'do not measure what the runtime can reach')
    .addOption(new Option('-o, --format <name>', 'format on stdout').choices(BENCH_FORMATS).default('md'))
    .option('--out <file.jsonl>', 'keep every row here as it is measured')
    .option('--resume', 'with --out: measure only what has no completed row there')
    .option('--retry-invalid', 'with --resume: measure again what is INVALID there')
    .option('--smoke', 'one minute on two cores: does everything run and agree? says nothing about speed')
    .addCommand(benchCompareCommand())
    .addCommand(benchPlotCommand())
    .action(async (flags: BenchFlags) => {
      process.exitCode = await runBenchCommand(flags);
    });
}
