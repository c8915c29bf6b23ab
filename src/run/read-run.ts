import type { BatchCost } from '../domain/engine.js';
import type { ScoreColumn, ScoreColumns } from '../domain/metric.js';
import type { TrialSummary } from '../domain/summary.js';
import type { Trial, TrialKey } from '../domain/trial.js';
import { JournalError } from '../errors.js';
import { recoverJournal, type OnEnding } from '../journal/recover.js';
import type { Rescoring } from '../journal/rescore-reader.js';
import { columnOf } from '../score/score-columns.js';
import { readRunHeader, runPaths, type RunHeader, type RunModel } from './run-file.js';
import { completedSummary, endedSummary } from './trial-summary.js';

/** A run as its two files tell it. */
export interface Run {
  readonly directory: string;
  readonly header: RunHeader;
  /** In plan order; trials that had not ended are left out. */
  readonly trials: readonly TrialSummary[];
  /** Trials of the plan that have not ended: the run was interrupted, or goes on. */
  readonly unfinished: readonly Trial[];
  /** Tokens a second of every batch of a completed trial, fed and generated, in the order of its plan. */
  readonly ratesOf: (trial: TrialKey) => readonly number[];
  /** One metric of a completed trial's samples; null where there is none. */
  readonly scoresOf: (trial: TrialKey, metric: string) => ScoreColumn | null;
}

/**
 * Reads a run, finished or not, from sweep.json and journal.ndjson alone.
 * Throws SweepError where there is no run, JournalError where it is damaged.
 */
export async function readRun(directory: string): Promise<Run> {
  const header = await readRunHeader(directory);
  const subjects = new Map(
    header.trials.map((trial) => [trial.key, { trial, model: modelOf(header, trial) }]),
  );
  const summaries = new Map<TrialKey, TrialSummary>();
  const tables = new Map<TrialKey, ScoreColumns>();
  const rates = new Map<TrialKey, Float64Array>();
  const read: OnEnding = (key, progress, ending) => {
    const subject = subjects.get(key);
    if (subject === undefined) return;
    if (ending.state === 'failed') {
      summaries.set(key, endedSummary(subject, ending));
      return;
    }
    const batches = [...progress.batches.values()].sort((a, b) => a.index - b.index);
    summaries.set(key, completedSummary({ ...subject, facts: header.facts }, ending, batches));
    tables.set(key, ending.scores);
    rates.set(key, Float64Array.from(batches.filter(isTimed), rateOf));
  };
  const { rescoring } = await recoverJournal(runPaths(directory).journal, read, { answersOf: () => null });
  for (const [key, { metrics, scores }] of rescoring?.scores ?? []) {
    const summary = summaries.get(key);
    if (summary?.state !== 'completed') continue;
    summaries.set(key, { ...summary, metrics, n: scores.docIds.length });
    tables.set(key, scores);
  }
  const skipped = header.skipped.map(({ trial, code, reason }) =>
    endedSummary({ trial, model: modelOf(header, trial) }, { state: 'skipped', code, reason }),
  );
  return {
    directory,
    header: rescoring === null ? header : withTasks(header, rescoring),
    trials: [...header.trials.flatMap(({ key }) => summaries.get(key) ?? []), ...skipped],
    unfinished: header.trials.filter(({ key }) => !summaries.has(key)),
    ratesOf: (key) => Array.from(rates.get(key) ?? []),
    scoresOf: (key, metric) => {
      const scores = tables.get(key);
      return scores === undefined ? null : columnOf(scores, metric);
    },
  };
}

const isTimed = ({ elapsedMs, promptTokens, generatedTokens }: BatchCost): boolean =>
  elapsedMs > 0 && promptTokens + generatedTokens > 0;

const rateOf = ({ elapsedMs, promptTokens, generatedTokens }: BatchCost): number =>
  (1000 * (promptTokens + generatedTokens)) / elapsedMs;

/** The header with tasks as they were when the run was last scored again. */
function withTasks(header: RunHeader, { at, tasks }: Rescoring): RunHeader {
  const now = new Map(tasks.map((task) => [`${task.name} ${task.shots}`, task]));
  return {
    ...header,
    rescoredAt: at,
    tasks: header.tasks.map((task) => ({ ...task, ...now.get(`${task.name} ${task.shots}`) })),
  };
}

function modelOf(header: RunHeader, trial: Trial): RunModel {
  const model = header.models.find(({ family, name }) => family === trial.family && name === trial.model);
  if (model !== undefined) return model;
  throw new JournalError(
    'RUN_DAMAGED',
    `Expected sweep.json to describe ${trial.family}/${trial.model}, which one of its trials names; restore it from a copy`,
  );
}
