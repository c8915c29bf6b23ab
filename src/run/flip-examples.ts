import type { ItemFlips } from '../analysis/item-flips.js';
import type { CurveInput, CurvePoint } from '../analysis/points.js';
import type { Response } from '../domain/request.js';
import type { Sample } from '../domain/task.js';
import type { TrialKey } from '../domain/trial.js';
import { SweepError } from '../errors.js';
import { recoverJournal, type OnEnding } from '../journal/recover.js';
import { targetReader } from '../lm-eval/sample-lines.js';
import { pickFlips, type FlipPick } from '../report/flip-picks.js';
import type { FlipExamples, SampleText } from '../report/report-data.js';
import { anchorOf } from '../report/report-names.js';
import { SWEEP_DEFAULTS } from '../spec/sweep.js';
import { prepareTasks, type SweepWorkload } from './prepare-sweep.js';
import type { Run } from './read-run.js';
import { runPaths, type RunHeader } from './run-file.js';
import { answerText, askedText, expectedText } from './sample-text.js';

/** Above this many samples a run's tasks are not read again for the sake of a few examples. */
const MAX_SAMPLES = 200_000;

/**
 * A few samples of every task that neighbouring scales answer differently, with their texts, by the anchor of the task's
 * section. Tasks are read again unless they are at hand; those that are gone, or ask something else now, give nothing.
 */
export async function flipExamples(
  run: Run,
  { inputs, flips }: { inputs: readonly CurveInput[]; flips: readonly ItemFlips[] },
  atHand: readonly SweepWorkload[] | null,
): Promise<ReadonlyMap<string, FlipExamples>> {
  const picks = pickFlips(inputs, flips).filter(({ gained, lost }) => gained.length + lost.length > 0);
  if (picks.length === 0) return new Map();
  const workloads = atHand ?? (await workloadsOf(run.header));
  const tasks = new Map(run.header.tasks.map(({ name, shots, workload }) => [`${name} ${shots}`, workload]));
  const known = picks.flatMap((pick): Wanted[] => {
    const workload = workloads.find(({ task, shots }) => task.name === pick.task && shots === pick.shots);
    const keys = pick.points.map((point) => trialOf(run, pick, point));
    const isSame = workload !== undefined && workload.id === tasks.get(`${pick.task} ${pick.shots}`);
    return isSame && keys.every((key) => key !== null) ? [{ pick, workload, keys }] : [];
  });
  const answers = await answersOf(run, known);
  return new Map(known.map((wanted) => [anchorOf(wanted.pick), examplesOf(wanted, answers)]));
}

interface Wanted {
  readonly pick: FlipPick;
  readonly workload: SweepWorkload;
  /** Of the smaller and of the larger model. */
  readonly keys: readonly TrialKey[];
}

async function workloadsOf({ sweep, tasks, chat }: RunHeader): Promise<readonly SweepWorkload[]> {
  if (tasks.reduce((sum, { nSamples }) => sum + nSamples, 0) > MAX_SAMPLES) return [];
  try {
    const options =
      chat === undefined || chat === null ? null : { template: chat, asMultiturn: chat.asMultiturn };
    return (await prepareTasks({ ...SWEEP_DEFAULTS, ...sweep }, tasks, options)).workloads;
  } catch (error) {
    if (error instanceof SweepError) return [];
    throw error;
  }
}

/** The trial behind a point: of several precisions or devices the one that scored it so. */
function trialOf({ trials }: Run, { task, shots, metric }: FlipPick, point: CurvePoint): TrialKey | null {
  const found = trials.find(
    (trial) =>
      trial.state === 'completed' &&
      trial.model === point.scale &&
      trial.task === task &&
      trial.shots === shots &&
      trial.metrics[metric]?.value === point.value,
  );
  return found?.key ?? null;
}

/** What a trial answered to the wanted samples, by trial and sample. */
type FlipAnswers = ReadonlyMap<string, readonly Response[]>;

/** Answers to the wanted samples alone, from one reading of the journal. */
async function answersOf(run: Run, wanted: readonly Wanted[]): Promise<FlipAnswers> {
  const asked = new Map<TrialKey, Map<string | number, AskedSample>>();
  for (const one of wanted) {
    const samples = askedSamples(one.workload, [...one.pick.gained, ...one.pick.lost]);
    for (const key of one.keys) asked.set(key, new Map([...(asked.get(key) ?? []), ...samples]));
  }
  const found = new Map<string, readonly Response[]>();
  if (wanted.length === 0) return found;
  const take: OnEnding = (key, { answers }) => {
    for (const [item, { sample, first }] of asked.get(key) ?? []) {
      const own = sample.requests.map((_, i) => answers.at(first + i)).filter((answer) => answer !== null);
      found.set(`${key} ${item}`, own);
    }
  };
  const requestsOf = (key: TrialKey): ((request: number) => boolean) | null => {
    const requests = new Set([...(asked.get(key)?.values() ?? [])].flatMap(numbersOf));
    return requests.size === 0 ? null : (request) => requests.has(request);
  };
  const known = new Map([...asked.keys()].map((key) => [key, requestsOf(key)]));
  await recoverJournal(runPaths(run.directory).journal, take, {
    answersOf: (key) => known.get(key) ?? null,
    scores: false,
  });
  return found;
}

/** A sample and the number of its first request. */
interface AskedSample {
  readonly sample: Sample;
  readonly first: number;
}

const numbersOf = ({ sample, first }: AskedSample): number[] => sample.requests.map((_, i) => first + i);

function askedSamples(
  { samples }: SweepWorkload,
  items: readonly (string | number)[],
): Map<string | number, AskedSample> {
  const wanted = new Set(items);
  const found = new Map<string | number, AskedSample>();
  let first = 0;
  for (const sample of samples) {
    if (wanted.has(sample.docId)) found.set(sample.docId, { sample, first });
    first += sample.requests.length;
  }
  return found;
}

function examplesOf({ pick, workload, keys }: Wanted, answers: FlipAnswers): FlipExamples {
  const targetOf = targetReader(workload);
  const textOf = (item: string | number): SampleText[] => {
    const sample = workload.samples.at(Number(item));
    if (sample === undefined) return [];
    const answer = (side: 0 | 1): string => answerText(sample, answers.get(`${keys[side]} ${item}`) ?? []);
    return [
      {
        asked: askedText(sample),
        expected: expectedText(sample, targetOf(sample)),
        answers: [answer(0), answer(1)],
      },
    ];
  };
  return {
    models: [pick.points[0].scale, pick.points[1].scale],
    gained: pick.gained.flatMap(textOf),
    lost: pick.lost.flatMap(textOf),
  };
}
