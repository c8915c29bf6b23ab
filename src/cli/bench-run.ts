import { existsSync } from 'node:fs';
import { freemem } from 'node:os';
import { appendRow, readBenchFile } from '../bench/bench-file.js';
import { pointKey, type BenchPoint } from '../bench/bench-point.js';
import type { BenchRow } from '../bench/bench-row.js';
import { verdictOf } from '../bench/columns.js';
import { environmentOf } from '../bench/environment.js';
import { watchIdleDevices } from '../bench/idle-devices.js';
import { renderBench, type BenchFormat } from '../bench/render-bench.js';
import { measureRoof } from '../bench/roofs.js';
import { remainingPoints, runBench } from '../bench/run-bench.js';
import { judgeSmoke, renderSmoke, smokePoints } from '../bench/smoke.js';
import { PRESETS, type Preset, type StopRule } from '../bench/stop-rule.js';
import { SweepError } from '../errors.js';
import { datasheetOfCpu, datasheetOfGpu, type Datasheet } from '../machine/datasheet.js';
import { describeMachine } from '../machine/describe-machine.js';
import { keepMachineFacts } from '../machine/roof-cache.js';
import { machineIdentity, type Roof } from '../machine/roof.js';
import { planOfFlags, type PlanFlags } from './bench-plan.js';

/** What the command line of `bench` says. */
export interface BenchFlags extends PlanFlags {
  readonly preset: Preset;
  readonly maxSeconds?: string;
  readonly seed: string;
  readonly timeout: string;
  readonly cooldown?: string;
  readonly waitIdle?: string;
  readonly roof: boolean;
  readonly format: BenchFormat;
  readonly out?: string;
  readonly resume?: boolean;
  readonly retryInvalid?: boolean;
  readonly smoke?: boolean;
}

/** Open models may take this share of free memory together. */
const MEMORY_SHARE = 0.6;
const ROOF_SECONDS = 1.5;

/** Runs the bench that the flags ask for; gives the exit code: 1 where a point failed or a smoke test did. */
export async function runBenchCommand(flags: BenchFlags): Promise<number> {
  const rule = ruleOf(flags);
  const timeoutMs = 1000 * positive('--timeout', flags.timeout);
  const before = knownRows(flags);
  const tell = (text: string): void => void process.stderr.write(`${text}\n`);
  const points = flags.smoke === true ? await smokePoints() : await planOfFlags(flags, tell);
  const kept = before.filter((row) => isKept(row, flags.retryInvalid === true));
  const todo = remainingPoints(points, kept);
  const machine = await describeMachine();
  const idle = await watchIdleDevices([...new Set(todo.map(({ device }) => device))]);
  const environment = environmentOf(machine, idle);
  const roofs = flags.roof && flags.smoke !== true ? await measureRoofs(todo) : [];
  if (roofs.length > 0) keepMachineFacts(machineIdentity(machine), { roofs, idleWatts: idle.watts });
  const rows: BenchRow[] = [];
  await runBench(
    {
      points: todo,
      rule,
      environment,
      seed: flags.seed,
      memoryBytes: MEMORY_SHARE * freemem(),
      timeoutMs,
      roofOf: (device, threads) =>
        roofs.find((roof) => roof.device === device && roof.threads === threads) ?? null,
      datasheetOf: (device, threads) => datasheetOf(device, threads, environment),
      idlePatienceMs: flags.waitIdle === undefined ? 0 : 1000 * positive('--wait-idle', flags.waitIdle),
      coolTo: flags.cooldown === undefined ? null : positive('--cooldown', flags.cooldown),
    },
    {
      onRow(row) {
        rows.push(row);
        if (flags.out !== undefined) appendRow(flags.out, row);
        tell(`${rows.length}/${todo.length}  ${describe(row)}`);
      },
    },
  );
  // What was measured again stands for what was INVALID.
  const newest = new Map([...before, ...rows].map((row) => [row.key, row]));
  const all = inOrder(points, [...newest.values()]);
  if (flags.smoke === true) return tellSmoke(all, flags.format);
  process.stdout.write(renderBench(all, flags.format));
  return all.some(({ status }) => status === 'failed') ? 1 : 0;
}

function tellSmoke(rows: readonly BenchRow[], format: BenchFormat): number {
  process.stdout.write(format === 'md' ? renderSmoke(rows) : renderBench(rows, format));
  const { problems, text } = judgeSmoke(rows);
  process.stderr.write(`${text}\n`);
  return problems.length === 0 ? 0 : 1;
}

function ruleOf(flags: BenchFlags): StopRule {
  const preset = flags.smoke === true ? PRESETS.smoke : PRESETS[flags.preset];
  if (flags.maxSeconds === undefined) return preset;
  const maxSeconds = positive('--max-seconds', flags.maxSeconds);
  return { ...preset, maxSeconds, minSeconds: Math.min(preset.minSeconds, maxSeconds) };
}

function knownRows({ out, resume, retryInvalid }: BenchFlags): BenchRow[] {
  if (retryInvalid === true && resume !== true)
    throw new SweepError('FLAG', 'Expected --retry-invalid together with --resume.');
  if (resume === true && out === undefined)
    throw new SweepError('FLAG', 'Expected --resume together with --out.');
  if (out === undefined || !existsSync(out)) return [];
  if (resume === true) return readBenchFile(out).filter(({ status }) => status === 'completed');
  throw new SweepError(
    'FILE_EXISTS',
    `Expected --out to name a new file, ${out} is there already; go on with it by --resume, or choose another name.`,
  );
}

function isKept(row: BenchRow, retryInvalid: boolean): boolean {
  return row.status === 'completed' && !(retryInvalid && row.validity === 'INVALID');
}

/** One roof for every device and number of threads, before anything else heats the machine. */
async function measureRoofs(points: readonly BenchPoint[]): Promise<Roof[]> {
  const pairs = new Map(points.map(({ device, threads }) => [`${device} ${threads}`, { device, threads }]));
  const roofs: Roof[] = [];
  for (const { device, threads } of pairs.values())
    roofs.push(await measureRoof(device, threads, ROOF_SECONDS));
  return roofs;
}

function datasheetOf(
  device: string,
  threads: number,
  { cpu, gpu }: { readonly cpu: string; readonly gpu: string | null },
): Datasheet | null {
  if (device === 'cpu') return datasheetOfCpu(cpu, threads);
  return gpu === null ? null : datasheetOfGpu(gpu);
}

/** Rows in the order of the plan, whatever order they were measured in. */
function inOrder(points: readonly BenchPoint[], rows: readonly BenchRow[]): BenchRow[] {
  const places = new Map(points.map((point, index) => [pointKey(point), index]));
  const place = ({ key }: BenchRow): number => places.get(key) ?? points.length;
  return rows.toSorted((a, b) => place(a) - place(b));
}

function describe(row: BenchRow): string {
  const what = `${row.model} ${row.precision} b${row.batch} ${row.test}`;
  const rate = row.status === 'completed' ? (row.tokensPerSecond?.median ?? null) : null;
  return `${what}  ${rate === null ? '' : `${rate.toFixed(2)} t/s  `}${verdictOf(row)}`;
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new SweepError('FLAG', `Expected a number above 0 in ${flag}, got ${JSON.stringify(text)}.`);
}
