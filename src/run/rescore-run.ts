import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SweepError } from '../errors.js';
import { Journal } from '../journal/journal.js';
import { lockRunDirectory } from '../journal/lock.js';
import { recoverJournal, type OnEnding } from '../journal/recover.js';
import { answersBySample } from '../journal/sample-answers.js';
import { scoreWorkload } from '../score/score-workload.js';
import { SWEEP_DEFAULTS, type Sweep } from '../spec/sweep.js';
import { prepareTasks, type PreparedSweep, type SweepWorkload } from './prepare-sweep.js';
import { readRunHeader, runPaths, type RunHeader } from './run-file.js';

/** Where the tasks of a run are now, where that is not where they were. */
export type TaskPlaces = Partial<Pick<Sweep, 'tasks' | 'includePaths'>>;

/** A run that was scored again. */
export interface RescoredRun extends Pick<PreparedSweep, 'workloads' | 'groups'> {
  /** Trials with new scores. */
  readonly nTrials: number;
}

/**
 * Scores all completed trials of a run again, by its tasks as they are now, from the answers in its journal; no model is
 * needed. The new scores are appended to the journal and count all together or not at all. Throws SweepError where a
 * task is gone or would ask something else now.
 */
export async function rescoreRun(directory: string, places: TaskPlaces): Promise<RescoredRun> {
  const header = await readRunHeader(directory);
  const sweep = { ...SWEEP_DEFAULTS, ...header.sweep, ...places };
  const { chat } = header;
  const { workloads, groups } = await prepareTasks(
    sweep,
    header.tasks,
    chat === undefined || chat === null ? null : { template: chat, asMultiturn: chat.asMultiturn },
  );
  refuseOtherQuestions(header, workloads);
  const release = lockRunDirectory(directory);
  try {
    return { workloads, groups, nTrials: await journalScores(directory, header, workloads) };
  } finally {
    release();
  }
}

/** True where a run's results hold sample files, which new scores make stale. */
export async function holdsSamples(directory: string): Promise<boolean> {
  const names = await readdir(join(directory, 'results'), { recursive: true }).catch((): string[] => []);
  return names.some((name) => /samples_[^/\\]*\.jsonl$/.test(name));
}

async function journalScores(
  directory: string,
  header: RunHeader,
  workloads: readonly SweepWorkload[],
): Promise<number> {
  const path = runPaths(directory).journal;
  const byCell = new Map(
    workloads.map((workload) => [cellName(workload.task.name, workload.shots), workload]),
  );
  const workloadOf = new Map(
    header.trials.map(({ key, task, shots }) => [key, byCell.get(cellName(task, shots))]),
  );
  const skim = { answersOf: () => null, scores: false };
  const { validBytes } = await recoverJournal(path, () => undefined, skim);
  const id = randomUUID();
  const tasks = workloads.map(({ task, shots }) => ({
    name: task.name,
    version: task.version,
    digest: task.digest,
    metrics: task.metrics,
    shots,
  }));
  const journal = await Journal.open(path, validBytes);
  let nTrials = 0;
  // The new lines are written behind those that are read, one trial after another: memory holds the scores of one.
  const score: OnEnding = async (trial, { answers }, { state }) => {
    const workload = workloadOf.get(trial);
    if (state !== 'completed' || workload === undefined) return;
    const { scores, metrics } = scoreWorkload(workload, answersBySample(workload.samples, answers));
    await journal.append({ type: 'scores', id, trial, metrics, scores });
    nTrials += 1;
  };
  try {
    await recoverJournal(path, score, { maxBytes: validBytes, scores: false });
    await journal.append({ type: 'rescored', id, at: new Date().toISOString(), tasks });
  } finally {
    await journal.close();
  }
  return nTrials;
}

const cellName = (task: string, shots: number): string => `${task} ${shots}`;

/** Answers belong to the requests that were sent: a task may score them otherwise, but not ask otherwise. */
function refuseOtherQuestions({ tasks }: RunHeader, workloads: readonly SweepWorkload[]): void {
  const ids = new Map(workloads.map(({ task, shots, id }) => [cellName(task.name, shots), id]));
  const gone = tasks.filter(({ name, shots }) => !ids.has(cellName(name, shots)));
  if (gone.length > 0) {
    throw new SweepError(
      'NO_SUCH_TASK',
      `Expected the task ${gone.map(({ name }) => name).join(', ')} of the run to be where the sweep found it, but it is not: ` +
        'say where it is with --task or --include-path',
    );
  }
  const changed = tasks.filter(({ name, shots, workload }) => ids.get(cellName(name, shots)) !== workload);
  if (changed.length > 0) {
    throw new SweepError(
      'OTHER_QUESTIONS',
      `Expected tasks that ask what they asked, but the requests of ${changed.map(({ name, shots }) => `${name} (${shots} shots)`).join(', ')} ` +
        'changed since: put the task or its data back, or run it again; only scores can be made anew',
    );
  }
}
