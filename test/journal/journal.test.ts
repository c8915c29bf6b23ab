import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BatchResult, TrialTelemetry } from '../../src/domain/engine.js';
import { JOURNAL_SCHEMA, type JournalRecord, type TrialCompletion } from '../../src/domain/record.js';
import { JournalError } from '../../src/errors.js';
import { Journal } from '../../src/journal/journal.js';
import { recoverJournal, type TrialEnding, type TrialProgress } from '../../src/journal/recover.js';

const HEADER: JournalRecord = { type: 'header', schema: JOURNAL_SCHEMA, plan: 'p1' };
const TELEMETRY: TrialTelemetry = {
  loadMs: 1,
  peakRssBytes: 2,
  workers: 1,
  threads: 1,
  executionProvider: 'cpu',
  notes: [],
};

const COMPLETION: TrialCompletion = {
  device: 'cpu',
  telemetry: TELEMETRY,
  metrics: { acc: { value: 0.5, stderr: 0.5, ci95: [0, 1] } },
  scores: { names: ['acc'], docIds: Float64Array.of(0, 1), columns: [Float64Array.of(1, 0)] },
};

function batch(index: number): BatchResult {
  return {
    index,
    requests: [0, 1, 2],
    responses: [
      { kind: 'loglikelihood', loglikelihood: -1.2345678901234567, isGreedy: true, nTokens: 3 },
      { kind: 'loglikelihood_rolling', loglikelihood: -7, nTokens: 9 },
      { kind: 'generate_until', text: 'a "quoted"\nanswer', nTokens: 4, ended: 'stop' },
    ],
    elapsedMs: 1.5,
    promptTokens: 10,
    generatedTokens: 4,
    computedTokens: 12,
    rows: 3,
  };
}

function journalPath(): string {
  return join(mkdtempSync(join(tmpdir(), 'journal-')), 'journal.ndjson');
}

async function write(path: string, records: readonly JournalRecord[], validBytes = 0): Promise<void> {
  const journal = await Journal.open(path, validBytes);
  await Promise.all(records.map((record) => journal.append(record)));
  await journal.close();
}

async function recover(path: string): Promise<{
  ended: { trial: string; progress: TrialProgress; ending: TrialEnding }[];
  open: Map<string, TrialProgress>;
  plan: string | null;
  validBytes: number;
}> {
  const ended: { trial: string; progress: TrialProgress; ending: TrialEnding }[] = [];
  const rest = await recoverJournal(path, (trial, progress, ending) => {
    ended.push({ trial, progress, ending });
  });
  return { ended, ...rest };
}

test('what was appended comes back with every digit', async () => {
  const path = journalPath();
  await write(path, [
    HEADER,
    { type: 'layout', trial: 't', nBatches: 2, digest: 'd' },
    { type: 'batch', trial: 't', batch: batch(1) },
    { type: 'batch', trial: 't', batch: batch(0) },
    { type: 'completed', trial: 't', ...COMPLETION },
    { type: 'batch', trial: 'u', batch: batch(0) },
  ]);
  const { ended, open, plan } = await recover(path);
  expect(plan).toBe('p1');
  expect(ended.map((entry) => [entry.trial, entry.ending.state])).toEqual([['t', 'completed']]);
  const { requests, responses, ...cost } = batch(0);
  expect(ended[0]?.progress.batches.get(0)).toEqual({ ...cost, nRequests: 3 });
  expect(requests.map((request) => ended[0]?.progress.answers.at(request))).toEqual(responses);
  expect(ended[0]?.ending).toEqual({ state: 'completed', ...COMPLETION });
  expect(ended[0]?.progress.layouts.get(0)).toEqual({ nBatches: 2, digest: 'd' });
  expect([...open.keys()]).toEqual(['u']);
});

test('a batch that stands twice counts once', async () => {
  const path = journalPath();
  const again = { ...batch(0), elapsedMs: 99 };
  await write(path, [
    HEADER,
    { type: 'batch', trial: 't', batch: batch(0) },
    { type: 'batch', trial: 't', batch: again },
  ]);
  const { open } = await recover(path);
  expect(open.get('t')?.batches.get(0)?.elapsedMs).toBe(1.5);
});

test('of what memory did not hold, the least counts', async () => {
  const path = journalPath();
  const bound = (maxPartTokens: number) => ({ type: 'bound', trial: 't', maxPartTokens }) as const;
  await write(path, [HEADER, bound(512), bound(128), bound(256)]);
  const { open } = await recover(path);
  expect(open.get('t')?.maxPartTokens).toBe(128);
});

test('a torn tail is cut off and writing goes on behind the last whole line', async () => {
  const path = journalPath();
  await write(path, [HEADER, { type: 'batch', trial: 't', batch: batch(0) }]);
  appendFileSync(path, '{"crc":"00000000","record":{"type":"bat');
  const { validBytes } = await recover(path);
  await write(path, [{ type: 'batch', trial: 't', batch: batch(1) }], validBytes);
  const { open } = await recover(path);
  expect([...(open.get('t')?.batches.keys() ?? [])]).toEqual([0, 1]);
});

test('a failed trial stays failed until it is retried, and keeps its batches then', async () => {
  const path = journalPath();
  await write(path, [
    HEADER,
    { type: 'batch', trial: 't', batch: batch(0) },
    { type: 'failed', trial: 't', code: 'NAN', reason: 'NaN' },
  ]);
  expect((await recover(path)).ended[0]?.ending).toEqual({ state: 'failed', code: 'NAN', reason: 'NaN' });
  const { validBytes } = await recover(path);
  await write(path, [{ type: 'retry', trial: 't' }], validBytes);
  const { ended, open } = await recover(path);
  expect(ended).toEqual([]);
  expect(open.get('t')?.batches.size).toBe(1);
});

test('a damaged line in the middle is refused with its byte', async () => {
  const path = journalPath();
  await write(path, [HEADER]);
  const start = statSync(path).size;
  appendFileSync(path, 'scribble\n');
  const good = journalPath();
  await write(good, [HEADER]);
  appendFileSync(path, readFileSync(good));
  await expect(recover(path)).rejects.toThrow(`the line at byte ${start} is damaged`);
});

test('an empty or missing journal is a fresh one', async () => {
  const path = journalPath();
  expect(await recover(path)).toMatchObject({ plan: null, validBytes: 0 });
  await write(path, [HEADER]);
  truncateSync(path, 0);
  expect(await recover(path)).toMatchObject({ plan: null, validBytes: 0 });
});

test('a journal of another version is refused by name', async () => {
  const path = journalPath();
  await write(path, [
    { type: 'header', schema: 'scalesweep.journal/99', plan: 'p' } as unknown as JournalRecord,
  ]);
  await expect(recover(path)).rejects.toThrow('got scalesweep.journal/99');
});

test.runIf(existsSync('/dev/full'))(
  'a full disk is one sentence, and nothing is written behind it',
  async () => {
    const path = journalPath();
    symlinkSync('/dev/full', path);
    const journal = await Journal.open(path, 0);
    const first = await journal.append(HEADER).catch((error: unknown) => error);
    expect(first).toBeInstanceOf(JournalError);
    expect((first as JournalError).code).toBe('DISK_FULL');
    expect((first as JournalError).message).toMatch(/the disk is full.*--resume/);
    await expect(journal.append(HEADER)).rejects.toBe(first);
    await journal.close();
  },
);

test('scores made again count when all of them are there, the last of them', async () => {
  const path = journalPath();
  const scores = (id: string, value: number): JournalRecord => ({
    type: 'scores',
    id,
    trial: 'a',
    metrics: { acc: { value, stderr: null, ci95: null } },
    scores: COMPLETION.scores,
  });
  const done = (id: string): JournalRecord => ({
    type: 'rescored',
    id,
    at: '2026-01-01T00:00:00Z',
    tasks: [],
  });
  await write(path, [HEADER, { type: 'completed', trial: 'a', ...COMPLETION }, scores('1', 0.1)]);
  const torn = await recoverJournal(path, () => undefined);
  expect(torn.rescoring).toBeNull();
  const more = [scores('2', 0.2), done('2'), scores('3', 0.3), done('3'), scores('4', 0.4)];
  await write(path, more, torn.validBytes);
  const { rescoring } = await recoverJournal(path, () => undefined);
  expect(rescoring?.scores.get('a')?.metrics['acc']?.value).toBe(0.3);
});

test('scores too many for a line stand in several, and count once where a run ended between them', async () => {
  const path = journalPath();
  const n = 45_000;
  const value = (index: number): number => (index % 7 === 0 ? Number.NaN : index / 3);
  const scores = {
    names: ['acc', 'brier'],
    docIds: Float64Array.from({ length: n }, (_, index) => index),
    columns: [Float64Array.from({ length: n }, (_, index) => value(index)), new Float64Array(n).fill(0.5)],
  };
  const completed: JournalRecord = { type: 'completed', trial: 't', ...COMPLETION, scores };
  await write(path, [HEADER, completed]);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(1 + 3 + 1);
  // The second of three parts was the last to be written before the run ended; the resumed run writes all again.
  truncateSync(
    path,
    lines.slice(0, 3).reduce((sum, line) => sum + line.length + 1, 0),
  );
  await write(path, [completed], statSync(path).size);
  const { ended } = await recover(path);
  expect(ended[0]?.ending).toEqual({ state: 'completed', ...COMPLETION, scores });
  const rescored: JournalRecord[] = [
    { type: 'scores', id: 'r', trial: 't', metrics: COMPLETION.metrics, scores },
    { type: 'rescored', id: 'r', at: '2026-01-01T00:00:00Z', tasks: [] },
  ];
  await write(path, rescored, statSync(path).size);
  const { rescoring } = await recoverJournal(path, () => undefined, { answersOf: () => null });
  expect(rescoring?.scores.get('t')?.scores).toEqual(scores);
});

test('those who want no scores or answers get none, and everything else', async () => {
  const path = journalPath();
  await write(path, [
    HEADER,
    { type: 'batch', trial: 't', batch: batch(0) },
    { type: 'completed', trial: 't', ...COMPLETION },
  ]);
  const endings: TrialEnding[] = [];
  await recoverJournal(
    path,
    (_, { batches, answers }, ending) => {
      expect(batches.get(0)?.nRequests).toBe(3);
      expect([0, 1, 2].map((request) => answers.at(request)?.nTokens)).toEqual([undefined, 9, undefined]);
      endings.push(ending);
    },
    { answersOf: () => (request) => request === 1, scores: false },
  );
  expect(endings).toMatchObject([{ state: 'completed', metrics: COMPLETION.metrics, scores: { names: [] } }]);
});
