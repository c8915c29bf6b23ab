import type { CompletedTrial } from '../../src/domain/summary.js';

const SCALES = [
  ['3k', 2_928],
  ['9k', 9_312],
  ['28k', 28_352],
  ['107k', 106_880],
  ['342k', 341_760],
] as const;

/** Values by scale of one task; several seeds as a list. */
const TASKS: Readonly<Record<string, readonly (number | readonly number[])[]>> = {
  facts: [0.18, 0.329, 0.499, 0.805, 0.927],
  addition: [[0.008, 0.006], [0.795, 0.01], [0.99, 0.985], 0.986, 0.98],
  hop_direct: [0.07, 0.165, 0.14, 0.158, 0.17],
  hop_cot: [0.032, 0.11, 0.152, 0.983, 0.99],
  cue: [0.477, 0.16, 0.523, 0.862, 1],
};

/** The completed trials of a made-up run over five scales, with costs. */
export function exampleTrials(tasks = TASKS): CompletedTrial[] {
  return Object.entries(tasks).flatMap(([task, values]) =>
    values.flatMap((value, i) => {
      const [name, nParams] = SCALES[i] ?? ['?', 1];
      const seeds = typeof value === 'number' ? [value] : value;
      return seeds.map((score, seed) =>
        trialOf({ task, score, seed, model: seed === 0 ? name : `${name}-seed${seed}`, nParams }),
      );
    }),
  );
}

function trialOf(cell: {
  task: string;
  score: number;
  seed: number;
  model: string;
  nParams: number;
}): CompletedTrial {
  const { task, score, seed, model, nParams } = cell;
  return {
    key: `${model}/${task}`,
    family: 'synth',
    model,
    nParams,
    nParamsNonEmbedding: nParams - 1000,
    trainingTokens: 4_500_000,
    seed,
    task,
    shots: 0,
    precision: 'fp32',
    device: 'cpu',
    state: 'completed',
    n: 600,
    metrics: {
      acc: { value: score, stderr: Math.sqrt((score * (1 - score)) / 599), ci95: null },
      choice_probability: { value: 0.1 + 0.8 * score, stderr: 0.01, ci95: null },
    },
    throughput: {
      requestsPerSecond: 3e6 / (500 + nParams),
      promptTokensPerSecond: 3e7 / (500 + nParams),
      generatedTokensPerSecond: null,
    },
    latencyMs: { p50: 2 + nParams / 1e4, p90: 3 + nParams / 1e4 },
    memory: { peakRssBytes: 1e8 + 8 * nParams, peakPssBytes: null, gpuBytes: null },
    energyJ: null,
    energyAboveIdleJ: null,
    gpu: null,
    timeMs: null,
    prefixReuse: null,
    mfu: null,
    mbu: null,
    loadMs: 12,
    batches: { count: 20, minRows: 4, maxRows: 32 },
    paddingWaste: 0.1,
    workers: 2,
    threads: 1,
    notes: [],
  };
}
