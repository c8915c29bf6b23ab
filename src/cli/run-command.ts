import { join } from 'node:path';
import { Command, Option } from 'commander';
import { BUILTIN_FAMILY } from '../catalog/builtin-family.js';
import { measureMachineRoofs } from '../bench/machine-roofs.js';
import { SweepError } from '../errors.js';
import { resolveDevices } from '../run/devices.js';
import { holdsRun, readRunHeader } from '../run/run-file.js';
import { CHUNK_LIMITS, type ChunkLimits } from '../plan/chunks.js';
import { newestRun } from '../run/newest-run.js';
import { runSweep, type SweepRequest } from '../run/run-sweep.js';
import { watchRun } from '../run/watch-run.js';
import { writeOutputs } from '../run/write-outputs.js';
import { readSweepFile } from '../spec/read-sweep-file.js';
import { resolveSweep, SWEEP_DEFAULTS, type Sweep } from '../spec/sweep.js';
import { EXIT } from './failure.js';
import { onInterrupt } from './interrupt.js';
import { progressWatcher } from './progress.js';

const RUNS = 'runs';

interface Flags {
  readonly family?: string[];
  readonly task?: string[];
  readonly includePath?: string[];
  readonly shots?: string;
  readonly precision?: string;
  readonly device?: string;
  readonly limit?: string;
  readonly seed?: string;
  readonly workers?: string;
  readonly maxBatchTokens?: string;
  readonly applyChatTemplate?: boolean | string;
  readonly fewshotAsMultiturn?: boolean | string;
  readonly systemInstruction?: string;
  readonly chatDate?: string;
  readonly allowCpuNodes?: boolean;
  readonly affinity?: boolean;
  readonly name?: string;
  readonly out?: string;
  readonly logSamples?: boolean;
  readonly resume?: boolean;
  readonly retryFailed?: boolean;
  readonly watch?: boolean;
  readonly roof?: boolean;
}

/** `scalesweep run`: the main job. */
export function runCommand(): Command {
  const several = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];
  return new Command('run')
    .description('run a sweep; without arguments the shipped family over its tasks')
    .argument('[sweep.yaml]', 'the sweep as a file; flags override its fields')
    .addOption(new Option('--family <dir>', 'family or model directory (repeatable)').argParser(several))
    .addOption(new Option('--task <name|file|glob>', 'task (repeatable)').argParser(several))
    .addOption(
      new Option('--include-path <dir>', 'where task names are looked up (repeatable)').argParser(several),
    )
    .option('--shots <n,...>', "numbers of worked examples; default: every task's own")
    .option('--precision <name,...>', 'fp32, fp16, int8, q4, ...')
    .option('--device <name,...>', 'auto, cpu, webgpu, cuda:0, ...; trials are spread over them')
    .option('--limit <n>', 'samples of each task')
    .option('--seed <n>', 'seed of the few-shot draws')
    .option('--workers <n>', 'worker threads on the CPU')
    .option('--max-batch-tokens <n>', 'bound of rows x padded tokens in a batch; default: by memory')
    .option('--apply-chat-template [name]', "prompts are conversations by the models' chat template")
    .option(
      '--fewshot-as-multiturn [bool]',
      'worked examples are turns of their own; default: with a chat template',
    )
    .option('--system-instruction <text>', "text before every task's description")
    .option('--chat-date <day>', 'what chat templates see as today; default: the day of the run')
    .option('--allow-cpu-nodes', 'run a model on a GPU even where parts of it run on the CPU')
    .option(
      '--affinity',
      'keep the threads of every CPU session on processors of their own or of one NUMA node (Linux)',
    )
    .option('--name <text>', 'name of the sweep')
    .option('--out <dir>', `run directory; default: ${RUNS}/<time>-<name>`)
    .option('--log-samples', "write every sample with its answers in lm-eval's format")
    .option('--resume', 'go on with the run in --out, or with the newest one')
    .option('--retry-failed', 'with --resume: take failed trials up again')
    .option('--roof', 'measure first what the runtime can reach here, for MFU and MBU; kept for later runs')
    .option('--watch', 'serve the report on 127.0.0.1 while the sweep runs')
    .action(async (file: string | undefined, flags: Flags) => {
      process.exitCode = await run(file, flags);
    });
}

async function run(file: string | undefined, flags: Flags): Promise<number> {
  const request = flags.resume === true ? await requestResume(file, flags) : await requestRun(file, flags);
  if (flags.roof === true) await measureMachineRoofs(await resolveDevices(request.sweep.devices));
  const live = flags.watch === true ? await watchRun(request.directory) : null;
  if (live !== null) process.stderr.write(`The report is at ${live.url} while the sweep runs\n`);
  try {
    return await runToEnd(request, { logSamples: flags.logSamples === true });
  } finally {
    await live?.close();
  }
}

async function runToEnd(request: SweepRequest, options: { readonly logSamples: boolean }): Promise<number> {
  const progress = progressWatcher(request.directory);
  const interrupt = onInterrupt(() =>
    progress.remark('stopping: batches in flight are given up, the rest is kept'),
  );
  const prepared = await runSweep(request, progress, interrupt.signal).finally(() => {
    progress.stop();
    interrupt.release();
  });
  const outcome = await writeOutputs(request.directory, prepared, options);
  if (interrupt.signal.aborted) {
    process.stderr.write(`Interrupted. Go on with: scalesweep run --resume --out ${request.directory}\n`);
    return EXIT.interrupted;
  }
  process.stdout.write(outcome.table);
  process.stderr.write(`${outcome.remarks.join('\n')}\n`);
  return outcome.nFailed === 0 ? EXIT.ok : EXIT.someFailed;
}

async function requestRun(file: string | undefined, flags: Flags): Promise<SweepRequest> {
  const fromFile = file === undefined ? {} : await readSweepFile(file);
  const fields = { ...fromFile, ...fieldsOf(flags) };
  const defaults = { families: [BUILTIN_FAMILY.directory], tasks: [BUILTIN_FAMILY.tasks] };
  const where = file === undefined ? 'the command line' : `${file} and the command line`;
  const sweep = resolveSweep(fields, defaults, where);
  if (flags.retryFailed === true)
    throw new SweepError('FLAG', 'Expected --retry-failed together with --resume');
  const directory = flags.out ?? join(RUNS, `${timestamp()}-${sweep.name}`);
  return { sweep, directory, resume: false, retryFailed: false, chunkLimits: chunkLimits() };
}

/** `SCALESWEEP_CHUNK_REQUESTS` asks workloads in smaller pieces than usual: for tests, and for machines with little memory. */
function chunkLimits(): ChunkLimits | null {
  const requests = Number(process.env['SCALESWEEP_CHUNK_REQUESTS'] ?? Number.NaN);
  return requests >= 1 ? { ...CHUNK_LIMITS, requests } : null;
}

/** A resumed run is the run that was begun: only --out and --retry-failed may go with --resume. */
async function requestResume(file: string | undefined, flags: Flags): Promise<SweepRequest> {
  const extra = Object.keys(fieldsOf(flags)).concat(file === undefined ? [] : [file]);
  if (extra.length > 0) {
    throw new SweepError(
      'RESUME_WITH_FIELDS',
      `Expected --resume with --out only, got ${extra.join(', ')} too: a resumed run keeps the sweep that it began with`,
    );
  }
  const directory = flags.out ?? (await newestRun(RUNS));
  if (!(await holdsRun(directory))) {
    throw new SweepError(
      'NOT_A_RUN',
      `Expected ${directory} to hold a run to resume, but it has no sweep.json`,
    );
  }
  const header = await readRunHeader(directory);
  const sweep: Sweep = {
    ...SWEEP_DEFAULTS,
    ...header.sweep,
    chatDate: header.chat?.today ?? null,
    devices: header.devices,
    workers: header.workers,
  };
  return { sweep, directory, resume: true, retryFailed: flags.retryFailed === true };
}

/** The fields that flags set. Lists of numbers stay text where they are no numbers, for the message about them. */
function fieldsOf(flags: Flags): Record<string, unknown> {
  const number = (text: string): number | string =>
    text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
  const list = (text: string): string[] => text.split(',').map((item) => item.trim());
  const fields = {
    families: flags.family,
    tasks: flags.task,
    includePaths: flags.includePath,
    shots: flags.shots === undefined ? undefined : list(flags.shots).map(number),
    precisions: flags.precision === undefined ? undefined : list(flags.precision),
    devices: flags.device === undefined ? undefined : list(flags.device),
    limit: flags.limit === undefined ? undefined : number(flags.limit),
    seed: flags.seed === undefined ? undefined : number(flags.seed),
    workers: flags.workers === undefined ? undefined : number(flags.workers),
    maxBatchTokens: flags.maxBatchTokens === undefined ? undefined : number(flags.maxBatchTokens),
    applyChatTemplate: flags.applyChatTemplate,
    fewshotAsMultiturn: flags.fewshotAsMultiturn === undefined ? undefined : truth(flags.fewshotAsMultiturn),
    systemInstruction: flags.systemInstruction,
    chatDate: flags.chatDate,
    allowCpuNodes: flags.allowCpuNodes,
    affinity: flags.affinity,
    name: flags.name,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** `true` and `false`, also as 1, 0, yes and no; anything else stays text, for the message about it. */
function truth(value: boolean | string): boolean | string {
  if (typeof value === 'boolean') return value;
  if (/^(true|1|yes)$/i.test(value)) return true;
  return /^(false|0|no)$/i.test(value) ? false : value;
}

/** 20260131-235959, in local time: run directories sort by their beginning. */
function timestamp(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString();
  return local.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
