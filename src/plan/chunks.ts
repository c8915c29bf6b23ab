import { charactersOf, type TextRequest } from '../domain/request.js';
import type { Sample, SampleList, Workload } from '../domain/task.js';
import { expectedTokens } from './trial-cost.js';

/** A stretch of a workload that is asked as one piece: what an engine holds of it at a time. */
export interface Chunk {
  /** From 0. */
  readonly number: number;
  readonly firstSample: number;
  readonly nSamples: number;
  readonly firstRequest: number;
  readonly nRequests: number;
}

/** What a chunk is bound to; a sample of its own may be larger. */
export interface ChunkLimits {
  readonly requests: number;
  /** Characters of all requests: a context counts with everything that is asked after it. */
  readonly characters: number;
}

/** What an engine holds of two chunks is about 100 MB then, and most benchmarks are one chunk. */
export const CHUNK_LIMITS: ChunkLimits = { requests: 20_000, characters: 20_000_000 };

/** How a workload is asked. */
export interface CutWorkload {
  /** At least one. */
  readonly chunks: readonly Chunk[];
  readonly nRequests: number;
  /** What all requests are expected to cost a model, see expectedTokens. */
  readonly expectedTokens: number;
}

/** Cuts samples into chunks, in order. What is asked together is a function of the samples and the limits alone. */
export function cutIntoChunks(samples: SampleList, limits: ChunkLimits): CutWorkload {
  const chunks: Chunk[] = [];
  let open = { number: 0, firstSample: 0, nSamples: 0, firstRequest: 0, nRequests: 0 };
  let [characters, expected] = [0, 0];
  for (const { requests } of samples) {
    const size = requests.reduce((sum, request) => sum + charactersOf(request), 0);
    const isFull =
      open.nRequests + requests.length > limits.requests || characters + size > limits.characters;
    if (open.nSamples > 0 && isFull) {
      chunks.push(open);
      open = chunkAfter(open);
      characters = 0;
    }
    open.nSamples += 1;
    open.nRequests += requests.length;
    characters += size;
    expected += requests.reduce((sum, request) => sum + expectedTokens(request), 0);
  }
  chunks.push(open);
  return { chunks, nRequests: open.firstRequest + open.nRequests, expectedTokens: expected };
}

function chunkAfter(chunk: Chunk): Chunk & { nSamples: number; nRequests: number } {
  return {
    number: chunk.number + 1,
    firstSample: chunk.firstSample + chunk.nSamples,
    nSamples: 0,
    firstRequest: chunk.firstRequest + chunk.nRequests,
    nRequests: 0,
  };
}

/** The samples of a chunk, in order. */
export function* samplesOf(samples: SampleList, { firstSample, nSamples }: Chunk): Generator<Sample> {
  for (let index = firstSample; index < firstSample + nSamples; index += 1) {
    const sample = samples.at(index);
    if (sample !== undefined) yield sample;
  }
}

const whole = new WeakMap<Workload, readonly TextRequest[]>();

/** The requests of a chunk in order; where it is the whole workload, the same array for every trial. */
export function requestsOf(workload: Workload, chunk: Chunk): readonly TextRequest[] {
  if (chunk.nSamples < workload.samples.length)
    return Array.from(samplesOf(workload.samples, chunk), ({ requests }) => requests).flat();
  const known = whole.get(workload) ?? Array.from(workload.samples, ({ requests }) => requests).flat();
  whole.set(workload, known);
  return known;
}
