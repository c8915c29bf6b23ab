import { TrialError } from '../errors.js';
import type { GpuState } from '../machine/nvml.js';
import { BenchProcess } from './bench-process.js';
import type { BenchPoint } from './bench-point.js';
import type { WorkAnswer } from './bench-protocol.js';
import { tokensOf, type BenchTest } from './bench-test.js';
import { firstWork, repetitionOf, textOf } from './bench-work.js';

/** One repetition of one point. */
export interface Observation {
  /** The time that the point's rate counts, in ms. */
  readonly timeMs: number;
  /** Everything that was timed, in ms: what counts against a time limit. */
  readonly spentMs: number;
  /** Tokens it answered for; null where none are counted. */
  readonly tokens: number | null;
  readonly ttftMs: number | null;
  readonly itlMs: number | null;
  /** Of `timeMs`, what passed inside the runtime; null where no model ran. */
  readonly runtimeMs: number | null;
  /** Energy of the device over `timeMs`, in joules; null where it is not counted. */
  readonly energyJ: number | null;
  /** The GPU just after, as the first process saw it; null on the CPU. */
  readonly gpu: GpuState | null;
  readonly cpuMs: number;
  readonly peakRssBytes: number;
  readonly exactDigest: string;
  readonly digest: string;
}

export interface Attempt {
  /** Open processes, at least the point's concurrency. */
  readonly processes: readonly BenchProcess[];
  readonly seed: string;
  readonly index: number;
  readonly timeoutMs: number;
  /** Degrees Celsius that a GPU cools down to before each repetition; null: it does not wait. */
  readonly coolTo: number | null;
}

/** Runs one repetition. Throws TrialError when a process fails or answers for another number of tokens than it was given. */
export async function observe(point: BenchPoint, attempt: Attempt): Promise<Observation> {
  switch (point.test.kind) {
    case 'load':
      return observeLoad(point, attempt);
    case 'tokenize':
      return observeTokenize(point, point.test.bytes, attempt);
    case 'prompt':
    case 'generate':
    case 'both':
    case 'score':
    case 'server':
      return observeModel(point, attempt);
  }
}

async function observeModel(point: BenchPoint, attempt: Attempt): Promise<Observation> {
  const { processes, seed, index, timeoutMs, coolTo } = attempt;
  let gpu: GpuState | null = null;
  const answers = await Promise.all(
    processes.slice(0, point.concurrency).map(async (process, number) => {
      const { works, ...wanted } = repetitionOf(point, `${seed}/${number}`, index);
      const reply = await process.ask({ kind: 'answer', works, coolTo }, timeoutMs);
      gpu ??= reply.gpu;
      checkCounts(point.test, reply.answers, wanted);
      return reply.answers;
    }),
  );
  const times = answers.map((list) => timesOf(point.test, list));
  const slowest = times.reduce((a, b) => (b.timeMs > a.timeMs ? b : a));
  const all = answers.flat();
  return {
    ...slowest,
    gpu,
    // Every process sees the energy of the whole device.
    energyJ: greatest(times.map(({ energyJ }) => energyJ)),
    spentMs: Math.max(...answers.map((list) => list.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0))),
    tokens: tokensOf(point.test) * point.batch * point.concurrency,
    cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    peakRssBytes: answers.reduce((sum, list) => sum + (list[0]?.peakRssBytes ?? 0), 0),
    exactDigest: all.map(({ exactDigest }) => exactDigest).join(),
    digest: all.map(({ digest }) => digest).join(),
  };
}

function greatest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

type Times = Pick<Observation, 'timeMs' | 'ttftMs' | 'itlMs' | 'runtimeMs' | 'energyJ'>;

/** The works of a repetition with two clocks are a generation of one token and one of all. */
function timesOf(test: BenchTest, answers: readonly WorkAnswer[]): Times {
  const [first, whole] = answers;
  if (first === undefined) throw new Error('a repetition without works');
  if (whole === undefined) {
    const { elapsedMs: timeMs, runtimeMs, energyJ } = first;
    return { timeMs, runtimeMs, energyJ, ttftMs: null, itlMs: null };
  }
  const generated = test.kind === 'both' || test.kind === 'generate' ? test.generate : 1;
  const less = test.kind === 'both' ? 0 : 1;
  const between = Math.max(0, whole.elapsedMs - first.elapsedMs);
  return {
    timeMs: Math.max(0, whole.elapsedMs - less * first.elapsedMs),
    ttftMs: first.elapsedMs,
    itlMs: between / Math.max(1, generated - 1),
    runtimeMs: Math.max(0, whole.runtimeMs - less * first.runtimeMs),
    energyJ: whole.energyJ === null ? null : Math.max(0, whole.energyJ - less * (first.energyJ ?? 0)),
  };
}

function checkCounts(
  test: BenchTest,
  answers: readonly WorkAnswer[],
  wanted: { readonly promptTokens: number; readonly generatedTokens: number },
): void {
  const sum = (of: (answer: WorkAnswer) => number): number =>
    answers.reduce((total, answer) => total + of(answer), 0);
  const [prompt, generated] = [sum((a) => a.promptTokens), sum((a) => a.generatedTokens)];
  // A shared prefix may be fed once for all choices.
  const promptIsFine = test.kind === 'score' ? prompt <= wanted.promptTokens : prompt === wanted.promptTokens;
  if (promptIsFine && generated === wanted.generatedTokens) return;
  throw new TrialError(
    'TOKEN_COUNT',
    `Expected ${wanted.promptTokens} prompt and ${wanted.generatedTokens} generated tokens, the model answered for ${prompt} and ${generated}.`,
  );
}

const NO_MODEL = { ttftMs: null, itlMs: null, runtimeMs: null, energyJ: null, gpu: null } as const;

async function observeTokenize(point: BenchPoint, bytes: number, attempt: Attempt): Promise<Observation> {
  const { tokenizerFile } = point.model;
  const request = {
    kind: 'tokenize',
    tokenizerFile,
    text: textOf(bytes, `${attempt.seed}/${attempt.index}`),
  } as const;
  const [process] = attempt.processes;
  if (process === undefined) throw new TrialError('PROCESS_ENDED', 'No process is open.');
  const { elapsedMs, cpuMs, peakRssBytes, tokens, digest } = await process.ask(request, attempt.timeoutMs);
  return {
    timeMs: elapsedMs,
    spentMs: elapsedMs,
    tokens,
    cpuMs,
    peakRssBytes,
    digest,
    ...NO_MODEL,
    exactDigest: digest,
  };
}

async function observeLoad(point: BenchPoint, { timeoutMs }: Attempt): Promise<Observation> {
  const process = BenchProcess.start();
  try {
    const { elapsedMs, cpuMs, peakRssBytes } = await openModel(process, point, timeoutMs);
    return {
      timeMs: elapsedMs,
      spentMs: elapsedMs,
      cpuMs,
      peakRssBytes,
      tokens: null,
      ...NO_MODEL,
      exactDigest: '',
      digest: '',
    };
  } finally {
    await process.close();
  }
}

/** Opens a point's model in a process. */
export function openModel(process: BenchProcess, point: BenchPoint, timeoutMs: number) {
  const { model, device, threads } = point;
  const first = firstWork(point.test);
  return process.ask({ kind: 'open', modelFile: model.file, device, threads, first }, timeoutMs);
}
