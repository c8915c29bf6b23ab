import { formatCount } from '../builder/scale-label.js';
import type { SupportedPercentile } from '../stats/percentile-bound.js';
import type { BenchRow, CompletedRow, Spread } from './bench-row.js';

type Cell = string | number | null;

/** One column of the table that people read; every format walks the same list. */
export interface BenchColumn {
  readonly name: string;
  readonly align: 'left' | 'right';
  /** Text of the cell, '' where there is nothing to say. */
  readonly text: (row: BenchRow) => string;
}

/** Columns of the Markdown table, the first ones as llama-bench prints them. */
export const BENCH_COLUMNS: readonly BenchColumn[] = [
  left('model', (row) => `${row.model} ${row.precision}`),
  right('size', (row) => formatBytes(row.sizeBytes)),
  right('params', (row) => formatCount(row.nParams)),
  left('backend', (row) => backendOf(row)),
  right('threads', (row) => String(row.threads)),
  right('batch', (row) => String(row.batch)),
  right('procs', (row) => String(row.concurrency)),
  left('test', (row) => row.test),
  left('scenario', (row) => scenarioOf(row)),
  right(
    't/s',
    measured(({ tokensPerSecond }) => spread(tokensPerSecond)),
  ),
  right(
    '95% CI',
    measured(({ tokensPerSecond }) => interval(tokensPerSecond)),
  ),
  right(
    'ms',
    measured(({ timeMs }) => significant(timeMs.median)),
  ),
  right(
    'TTFT ms',
    measured(({ ttftMs }) => (ttftMs === null ? '' : significant(ttftMs.median))),
  ),
  right(
    'ITL ms',
    measured(({ itlMs }) => (itlMs === null ? '' : significant(itlMs.median))),
  ),
  right(
    'p90 ms (bound)',
    measured(({ percentilesMs }) => percentileText(percentilesMs['p90'])),
  ),
  right(
    'load ms',
    measured(({ loadMs }) => (loadMs === null ? '' : significant(loadMs))),
  ),
  right(
    'peak memory',
    measured(({ peakRssBytes }) => formatBytes(peakRssBytes)),
  ),
  right(
    'GPU memory',
    measured(({ gpu }) => (gpu?.memoryBytes == null ? '' : formatBytes(gpu.memoryBytes))),
  ),
  right(
    'W',
    measured(({ energy, gpu }) => optional(energy?.watts ?? gpu?.watts)),
  ),
  right(
    'J/token',
    measured(({ energy }) => optional(energy?.joulesPerToken)),
  ),
  right(
    'above idle',
    measured(({ energy }) => optional(energy?.joulesPerTokenAboveIdle)),
  ),
  right(
    'MFU',
    measured(({ mfu }) => percent(mfu)),
  ),
  right(
    'MBU',
    measured(({ mbu }) => percent(mbu)),
  ),
  right(
    'MFU of spec',
    measured(({ mfuOfSpec }) => percent(mfuOfSpec)),
  ),
  right(
    'MBU of spec',
    measured(({ mbuOfSpec }) => percent(mbuOfSpec)),
  ),
  right(
    'n',
    measured(({ n }) => String(n)),
  ),
  left(
    'stop',
    measured(({ stop }) => stop),
  ),
  left('verdict', (row) => verdictOf(row)),
];

/** Columns of the CSV file: one a figure, in base units, with the environment. */
export const CSV_COLUMNS: readonly (readonly [name: string, value: (row: BenchRow) => Cell])[] = [
  ...(
    [
      'key',
      'at',
      'family',
      'model',
      'precision',
      'sizeBytes',
      'nParams',
      'nParamsNonEmbedding',
      'modelDigest',
    ] as const
  ).map((name) => [name, (row: BenchRow): Cell => row[name]] as const),
  ['backend', backendOf],
  ['scenario', scenarioOf],
  ...(['device', 'threads', 'batch', 'concurrency', 'test', 'status', 'seed'] as const).map(
    (name) => [name, (row: BenchRow): Cell => row[name]] as const,
  ),
  ['verdict', verdictOf],
  figure('tokensPerSecond', (row) => row.tokensPerSecond?.median ?? null),
  figure('tokensPerSecondLow', (row) => row.tokensPerSecond?.ci95?.[0] ?? null),
  figure('tokensPerSecondHigh', (row) => row.tokensPerSecond?.ci95?.[1] ?? null),
  figure('tokensPerSecondMean', (row) => row.tokensPerSecond?.mean ?? null),
  figure('tokensPerSecondStdev', (row) => row.tokensPerSecond?.stdev ?? null),
  figure('requestsPerSecond', (row) => row.requestsPerSecond),
  figure('timeMs', (row) => row.timeMs.median),
  figure('timeMeanMs', (row) => row.timeMs.mean),
  ...['p50', 'p90', 'p95', 'p99', 'p99.9'].flatMap((name) => {
    const column = `time${name.replace('p', 'P')}`;
    return [
      figure(`${column}Ms`, (row) => row.percentilesMs[name]?.value ?? null),
      figure(`${column}BoundMs`, (row) => row.percentilesMs[name]?.bound99 ?? null),
    ];
  }),
  figure('runtimeMs', (row) => row.runtimeMs),
  figure('hostMs', (row) => row.hostMs),
  figure('ttftMs', (row) => row.ttftMs?.median ?? null),
  figure('itlMs', (row) => row.itlMs?.median ?? null),
  figure('loadMs', (row) => row.loadMs),
  figure('peakRssBytes', (row) => row.peakRssBytes),
  figure('pssBytes', (row) => row.pssBytes),
  figure('gpuBytes', (row) => row.gpu?.memoryBytes ?? null),
  figure('gpuUtilization', (row) => row.gpu?.utilization ?? null),
  figure('gpuTemperatureC', (row) => row.gpu?.temperatureC ?? null),
  figure('watts', (row) => row.energy?.watts ?? null),
  figure('wattsStdev', (row) => row.energy?.wattsStdev ?? null),
  figure('energyJ', (row) => row.energy?.totalJ ?? null),
  figure('energyAboveIdleJ', (row) => row.energy?.aboveIdleJ ?? null),
  figure('joulesPerToken', (row) => row.energy?.joulesPerToken ?? null),
  figure('joulesPerTokenAboveIdle', (row) => row.energy?.joulesPerTokenAboveIdle ?? null),
  figure('flopsPerSecond', (row) => row.flopsPerSecond),
  figure('mfu', (row) => row.mfu),
  figure('bytesPerSecond', (row) => row.bytesPerSecond),
  figure('mbu', (row) => row.mbu),
  figure('roofFlopsPerSecond', (row) => row.roof?.flopsPerSecond ?? null),
  figure('roofBytesPerSecond', (row) => row.roof?.bytesPerSecond ?? null),
  figure('datasheet', (row) => row.datasheet?.name ?? null),
  figure('mfuOfSpec', (row) => row.mfuOfSpec),
  figure('mbuOfSpec', (row) => row.mbuOfSpec),
  figure('n', (row) => row.n),
  figure('timedSeconds', (row) => row.timedSeconds),
  figure('stop', (row) => row.stop),
  figure('warmUps', (row) => row.warmUps),
  figure('waitedSeconds', (row) => row.waitedSeconds),
  figure('outliersMild', (row) => row.outliers.mild),
  figure('outliersSevere', (row) => row.outliers.severe),
  figure('outliersLargestZ', (row) => row.outliers.largestZ),
  figure('notes', (row) => row.notes.join('; ')),
  figure('outputDigest', (row) => row.outputDigest),
  ['smt', ({ environment: { smt } }) => (smt === null ? null : smt ? 'on' : 'off')],
  ['idleWatts', ({ environment, device }) => environment.idleWatts[device] ?? null],
  ['gpuPowerLimitWatts', ({ environment }) => environment.gpuSettings?.powerLimitWatts ?? null],
  ['gpuMaxClockMhz', ({ environment }) => environment.gpuSettings?.maxSmClockMhz ?? null],
  [
    'gpuPersistenceMode',
    ({ environment: { gpuSettings } }) =>
      gpuSettings?.persistenceMode == null ? null : gpuSettings.persistenceMode ? 'on' : 'off',
  ],
  ...(
    [
      'cpu',
      'cores',
      'memoryBytes',
      'gpu',
      'driver',
      'os',
      'kernel',
      'governor',
      'node',
      'onnxruntime',
      'scalesweep',
      'commit',
      'loadAverage',
      'freeMemoryBytes',
      'aslr',
      'priority',
    ] as const
  ).map((name) => [name, (row: BenchRow): Cell => row.environment[name]] as const),
];

/** MLPerf's name of how requests come: one after the other, all at once, or when they please. */
export function scenarioOf({ test, batch, concurrency }: BenchRow): string {
  if (test.startsWith('server')) return 'server';
  return batch * concurrency === 1 ? 'single-stream' : 'offline';
}

/** VALID, INVALID with reasons, or why there are no figures. */
export function verdictOf(row: BenchRow): string {
  if (row.status === 'failed') return `FAILED (${row.code}): ${row.reason}`;
  return row.validity === 'VALID' ? 'VALID' : `INVALID: ${row.doubts.join('; ')}`;
}

/** 4970400000 as `4.63 GiB`. */
export function formatBytes(bytes: number): string {
  const [unit, size] = bytes >= 2 ** 30 ? ['GiB', 2 ** 30] : ['MiB', 2 ** 20];
  return `${(bytes / size).toFixed(2)} ${unit}`;
}

function backendOf(row: BenchRow): string {
  return row.status === 'completed' ? row.backend.replace('ExecutionProvider', '') : row.device;
}

function left(name: string, text: BenchColumn['text']): BenchColumn {
  return { name, align: 'left', text };
}

function right(name: string, text: BenchColumn['text']): BenchColumn {
  return { name, align: 'right', text };
}

function measured(text: (row: CompletedRow) => string): BenchColumn['text'] {
  return (row) => (row.status === 'completed' ? text(row) : '');
}

function figure(
  name: string,
  value: (row: CompletedRow) => Cell,
): readonly [string, (row: BenchRow) => Cell] {
  return [name, (row) => (row.status === 'completed' ? value(row) : null)];
}

function spread(value: Spread | null): string {
  return value === null ? '' : `${value.median.toFixed(2)} ± ${value.stdev.toFixed(2)}`;
}

function interval(value: Spread | null): string {
  if (value?.ci95 == null) return '';
  return value.ci95.map(significant).join(' to ');
}

function optional(value: number | null | undefined): string {
  return value == null ? '' : significant(value);
}

/** A percentile and, in brackets, what the true one is at most with 99% confidence. */
function percentileText(found: SupportedPercentile | undefined): string {
  return found === undefined ? '' : `${significant(found.value)} (${significant(found.bound99)})`;
}

function percent(value: number | null): string {
  return value === null ? '' : `${(100 * value).toFixed(0)}%`;
}

function significant(value: number): string {
  return value >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}
