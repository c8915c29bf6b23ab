import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { runCli, type CliResult } from '../helpers/cli.js';
import { writeSmallFamily } from '../helpers/small-family.js';
import { readSummary, withoutTimings } from '../helpers/summary.js';

// Four tasks of 24 samples, the multiple-choice one with 96 requests: in chunks of 10 requests they are 2 to 12 chunks each.
const root = mkdtempSync(join(tmpdir(), 'chunks-'));
const at = (name: string): string => join(root, name);
const CHUNKED = { env: { SCALESWEEP_CHUNK_REQUESTS: '10' } };
let args: readonly string[] = [];

beforeAll(async () => {
  const { family, tasks } = await writeSmallFamily(root, { widths: [32] });
  const bounds = ['--device', 'cpu', '--workers', '2', '--max-batch-tokens', '256', '--log-samples'];
  args = ['run', '--family', family, '--task', tasks, ...bounds];
  const whole = await runCli([...args, '--out', at('whole')]);
  const chunked = await runCli([...args, '--out', at('chunked')], '', CHUNKED);
  expect([whole.code, chunked.code], whole.stderr + chunked.stderr).toEqual([0, 0]);
}, 120_000);

/** Everything under results/ by name, the time left out of names. */
function resultsOf(run: string): Record<string, string> {
  const folder = join(at(run), 'results');
  const names = (readdirSync(folder, { recursive: true }) as string[]).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
  return Object.fromEntries(
    names
      .toSorted()
      .map((name) => [name.replace(/_\d{4}-.*(?=\.json)/, ''), readFileSync(join(folder, name), 'utf8')]),
  );
}

interface Trial {
  readonly task: string;
  readonly n: number;
  readonly metrics: Record<string, { value: number; stderr: number | null }>;
}

const trialsOf = (run: string): readonly Trial[] => readSummary(at(run))['trials'] as readonly Trial[];

interface Batch {
  readonly index: number;
  readonly requests: readonly number[];
}

interface Line {
  readonly type: string;
  readonly trial: string;
  readonly chunk?: number;
  readonly batch?: Batch;
}

const journalOf = (run: string): string => join(at(run), 'journal.ndjson');

const linesOf = (run: string): readonly Line[] =>
  readFileSync(journalOf(run), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { record: Line }).record);

/** Every batch of a run once for each time that it stands in the journal. */
const batchesOf = (run: string): string[] =>
  linesOf(run)
    .flatMap(({ trial, batch }) =>
      batch === undefined ? [] : [`${trial} ${batch.index} ${batch.requests.join()}`],
    )
    .toSorted();

// Batches of another shape add up in another order.
const ROUNDING = 1e-5;

test('a run in chunks gives the metrics and errors of one whose workloads are asked whole', () => {
  expect(linesOf('chunked').some(({ chunk = 0 }) => chunk > 1)).toBe(true);
  expect(linesOf('whole').some(({ chunk }) => chunk !== undefined)).toBe(false);
  const chunked = new Map(trialsOf('chunked').map((trial) => [trial.task, trial]));
  for (const { task, n, metrics } of trialsOf('whole')) {
    expect(chunked.get(task)?.n).toBe(n);
    for (const [name, { value, stderr }] of Object.entries(metrics)) {
      const other = chunked.get(task)?.metrics[name];
      expect(Math.abs((other?.value ?? 0) - value) / Math.max(1, Math.abs(value)), name).toBeLessThan(
        ROUNDING,
      );
      const error = stderr ?? 0;
      expect(Math.abs((other?.stderr ?? 0) - error) / Math.max(1, error), name).toBeLessThan(ROUNDING);
    }
  }
});

test('its sample files hold the same documents, requests and generations in the same order', () => {
  const strip = (text: string): string => text.replaceAll(/-?\d+\.\d+(?:e-?\d+)?/g, '#');
  const samples = (run: string): [string, string][] =>
    Object.entries(resultsOf(run)).flatMap(([name, text]) =>
      name.includes('samples_') ? [[name, strip(text)]] : [],
    );
  expect(samples('chunked')).toHaveLength(4);
  expect(samples('chunked')).toEqual(samples('whole'));
});

const resume = (run: string): Promise<CliResult> =>
  runCli(['run', '--resume', '--log-samples', '--out', at(run)]);

test('resumed in the middle of a trial it asks for no batch again, and writes the files of the undisturbed run', async () => {
  const { length } = readFileSync(journalOf('chunked'));
  for (const share of [0.2, 0.5, 0.8]) {
    cpSync(at('chunked'), at('cut'), { recursive: true });
    truncateSync(journalOf('cut'), Math.floor(share * length));
    expect((await resume('cut')).code).toBe(0);
    expect(batchesOf('cut')).toEqual(batchesOf('chunked'));
    expect(withoutTimings(readSummary(at('cut')))).toBe(withoutTimings(readSummary(at('chunked'))));
    const samplesOf = (run: string): [string, string][] =>
      Object.entries(resultsOf(run)).filter(([name]) => name.includes('samples_'));
    expect(samplesOf('cut')).toEqual(samplesOf('chunked'));
    rmSync(at('cut'), { recursive: true });
  }
}, 180_000);

test('scoring it again gives the same scores', async () => {
  cpSync(at('chunked'), at('rescored'), { recursive: true });
  expect((await runCli(['rescore', at('rescored')])).code).toBe(0);
  expect(trialsOf('rescored')).toEqual(trialsOf('chunked'));
}, 60_000);
