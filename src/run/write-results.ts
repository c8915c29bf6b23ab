import { join } from 'node:path';
import type { CompletedTrial } from '../domain/summary.js';
import type { TrialKey } from '../domain/trial.js';
import type { Answers } from '../journal/answers.js';
import { recoverJournal } from '../journal/recover.js';
import { answersBySample } from '../journal/sample-answers.js';
import type { ResultHeader } from '../lm-eval/result-record.js';
import { writeResultsFile, writeSamplesFile } from '../lm-eval/write-results.js';
import { aggregatedAgain } from '../score/score-workload.js';
import type { PreparedSweep, SweepWorkload } from './prepare-sweep.js';
import type { Run } from './read-run.js';
import { runPaths } from './run-file.js';

/** Trials of one model in which every task stands once: lm-eval knows no more than that in one file. */
interface ResultSet {
  readonly model: string;
  readonly trials: readonly CompletedTrial[];
  /** Files of one model are told apart by their time: this many milliseconds after the run's beginning. */
  readonly offsetMs: number;
}

/**
 * Writes `results/<model>/` in lm-eval's formats: a results file for every model and, where `logSamples`, every sample
 * with its answers and scores, which takes about a kilobyte each.
 */
export async function writeResults(
  run: Run,
  prepared: Pick<PreparedSweep, 'workloads' | 'groups'>,
  { logSamples }: { logSamples: boolean },
): Promise<void> {
  const folder = join(run.directory, 'results');
  const workloadOf = workloadsByTrial(prepared.workloads);
  const sampleFiles = new Map<TrialKey, (answers: Answers) => Promise<unknown>>();
  for (const set of resultSets(run)) {
    const header = headerOf(run, set);
    const groups = prepared.groups.filter(({ tasks }) =>
      tasks.every((task) => set.trials.some((t) => t.task === task)),
    );
    const scored = set.trials.map((trial) => {
      const workload = workloadOf(trial);
      const aggregated = aggregatedAgain(workload.task, trial.metrics);
      return { workload, score: { metrics: trial.metrics, aggregated } };
    });
    await writeResultsFile(folder, { header, groups, scored });
    for (const trial of set.trials) {
      const workload = workloadOf(trial);
      sampleFiles.set(trial.key, (answers) =>
        writeSamplesFile(folder, header, { workload, responses: answersBySample(workload.samples, answers) }),
      );
    }
  }
  if (logSamples) await writeAllSamples(run, sampleFiles);
}

/** Writes the sample file of every trial as the journal comes to its end: memory holds the answers of few trials at a time. */
async function writeAllSamples(
  run: Run,
  files: ReadonlyMap<TrialKey, (answers: Answers) => Promise<unknown>>,
): Promise<void> {
  await recoverJournal(
    runPaths(run.directory).journal,
    async (key, { answers }) => {
      await files.get(key)?.(answers);
    },
    { answersOf: (key) => (files.has(key) ? () => true : null), scores: false },
  );
}

function resultSets(run: Run): ResultSet[] {
  const sets: { model: string; trials: CompletedTrial[]; offsetMs: number }[] = [];
  for (const trial of run.trials) {
    if (trial.state !== 'completed') continue;
    const model = trial.precision === 'fp32' ? trial.model : `${trial.model}-${trial.precision}`;
    const ofModel = sets.filter((set) => set.model === model);
    const free = ofModel.find(({ trials }) => trials.every(({ task }) => task !== trial.task));
    if (free === undefined) sets.push({ model, trials: [trial], offsetMs: ofModel.length });
    else free.trials.push(trial);
  }
  return sets;
}

function headerOf({ header }: Run, { model, trials, offsetMs }: ResultSet): ResultHeader {
  const [first] = trials;
  const busyMs = trials.reduce(
    (sum, { n, throughput }) => sum + (1000 * n) / throughput.requestsPerSecond,
    0,
  );
  return {
    model,
    nParams: first?.nParams ?? 0,
    precision: first?.precision ?? 'fp32',
    device: first?.device ?? 'cpu',
    limit: header.sweep.limit,
    seed: header.sweep.seed,
    start: new Date(Date.parse(header.startedAt) + offsetMs),
    durationMs: Number.isFinite(busyMs) ? busyMs : 0,
    maxLength: null,
    systemInstruction: header.sweep.systemInstruction ?? null,
    chat: header.chat ?? null,
    extra: { run: header.name, family: first?.family ?? '', plan: header.plan },
  };
}

function workloadsByTrial(workloads: readonly SweepWorkload[]): (trial: CompletedTrial) => SweepWorkload {
  const byName = new Map(workloads.map((workload) => [`${workload.task.name} ${workload.shots}`, workload]));
  return (trial) => {
    const workload = byName.get(`${trial.task} ${trial.shots}`);
    if (workload === undefined) throw new Error(`no workload for ${trial.task} at ${trial.shots} shots`);
    return workload;
  };
}
