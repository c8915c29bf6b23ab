import { Tensor } from 'onnxruntime-node';
import type { DecoderSignature } from '../onnx/decoder-signature.js';
import { cachePort, GENERATE_PORTS } from '../onnx/program/generate-program.js';
import type { GenerateAnswer, GenerateWork } from './batch-work.js';
import type { Feeds, Outputs } from './decoder-session.js';
import { groupsFor, longestOf, splitPrompts } from './generate-plainly.js';
import { notFinite } from './log-softmax.js';
import type { ProgramSession } from './program-session.js';
import { StopWatch, type StopRules } from './stop-watch.js';
import { emptyCache, IdMatrix, smallIntegersOf } from './tensors.js';
import type { TextCodec } from './text-codec.js';

/** How a program ends rows by itself. */
export interface StopIds {
  /** 1 for every id that ends a row. */
  readonly table: Uint8Array;
  /** No stop can come about in any other way. */
  readonly complete: boolean;
}

// Where a stop may come about across tokens, the loop pauses so often to look.
const STEPS_BETWEEN_LOOKS = 16;

interface Stopping {
  readonly rules: StopRules;
  readonly codec: TextCodec;
  readonly stopIds: StopIds;
}

/** Continues prompts greedily with the generating program: all tokens of a batch in one run, or in a few where stops span tokens. */
export async function generateByProgram(
  program: ProgramSession,
  work: GenerateWork,
  how: { readonly signature: DecoderSignature; readonly padsLeft: boolean; readonly stopping: Stopping },
): Promise<GenerateAnswer> {
  const prompts = splitPrompts(work);
  const watches = prompts.map(() => new StopWatch(how.stopping.rules, how.stopping.codec));
  let computedTokens = 0;
  for (const rows of groupsFor(how, prompts)) {
    const chosen = rows.map((row) => prompts[row] ?? NOTHING);
    await continueRows(
      program,
      { prompts: chosen, watches: rows.map((row) => watches[row] as StopWatch) },
      how,
    );
    computedTokens += rows.length * longestOf(chosen);
  }
  const generations = watches.map((row) => row.generation());
  return { kind: 'generate', generations, promptTokens: work.tokens.length, computedTokens };
}

const NOTHING = new Uint32Array(0);

async function continueRows(
  program: ProgramSession,
  { prompts, watches }: { readonly prompts: readonly Uint32Array[]; readonly watches: readonly StopWatch[] },
  { signature, stopping }: { readonly signature: DecoderSignature; readonly stopping: Stopping },
): Promise<void> {
  const { maxNewTokens } = stopping.rules;
  const columns = longestOf(prompts);
  const stretch = stopping.stopIds.complete ? maxNewTokens : STEPS_BETWEEN_LOOKS;
  const presents = stretch < maxNewTokens ? signature.cache.map(({ past }) => cachePort(past).after) : [];
  let feeds: Feeds = { ...promptFeeds(prompts, columns), ...emptyFeeds(signature, prompts.length) };
  for (let done = 0; done < maxNewTokens; done += stretch) {
    const steps = Math.min(stretch, maxNewTokens - done);
    const common = controlFeeds(watches, { steps, table: stopping.stopIds.table });
    const outputs = await program.run({ ...feeds, ...common }, [
      GENERATE_PORTS.tokens,
      GENERATE_PORTS.sums,
      ...presents,
    ]);
    const last = watch(outputs, watches);
    if (watches.every((row) => row.done)) return;
    feeds = continueFeeds(outputs, { signature, prompts, last, columns: columns + done + steps });
  }
}

/** Hands a run's tokens to the watches; gives the last id of every row. */
function watch(outputs: Outputs, watches: readonly StopWatch[]): number[] {
  const sums = outputs[GENERATE_PORTS.sums]?.data as Float32Array;
  if (sums.some((sum) => Number.isNaN(sum))) throw notFinite(Number.NaN);
  const ids = smallIntegersOf(outputs[GENERATE_PORTS.tokens]);
  const height = watches.length;
  const id = (step: number, row: number): number => ids[step * height + row] ?? 0;
  watches.forEach((row, index) => {
    for (let step = 0; step < sums.length && !row.done; step++) row.push(id(step, index));
  });
  return watches.map((_, index) => id(sums.length - 1, index));
}

function controlFeeds(
  watches: readonly StopWatch[],
  { steps, table }: { readonly steps: number; readonly table: Uint8Array },
): Feeds {
  const height = watches.length;
  const finished = Uint8Array.from(watches, ({ done }) => (done ? 1 : 0));
  return {
    [GENERATE_PORTS.steps]: new Tensor('int64', BigInt64Array.of(BigInt(steps)), []),
    [GENERATE_PORTS.stops]: new Tensor('bool', table, [table.length]),
    [GENERATE_PORTS.finished]: new Tensor('bool', finished, [height, 1]),
    [GENERATE_PORTS.ones]: new Tensor('int64', new BigInt64Array(height).fill(1n), [height, 1]),
  };
}

function promptFeeds(prompts: readonly Uint32Array[], columns: number): Feeds {
  const ids = new IdMatrix(prompts.length, columns, 'int64');
  const mask = new IdMatrix(prompts.length, columns, 'int64');
  const positions = new IdMatrix(prompts.length, columns, 'int64');
  prompts.forEach((prompt, row) => {
    const padding = columns - prompt.length;
    prompt.forEach((id, position) => {
      ids.set(row, padding + position, id);
      mask.set(row, padding + position, 1);
      positions.set(row, padding + position, position);
    });
  });
  return {
    [GENERATE_PORTS.ids]: ids.tensor(),
    [GENERATE_PORTS.mask]: mask.tensor(),
    [GENERATE_PORTS.positions]: positions.tensor(),
  };
}

function emptyFeeds({ cache }: DecoderSignature, height: number): Feeds {
  return Object.fromEntries(cache.map((entry) => [cachePort(entry.past).before, emptyCache(entry, height)]));
}

/** The last ids alone, behind the cache of everything before them; `columns` counts them. */
function continueFeeds(
  outputs: Outputs,
  {
    signature,
    prompts,
    last,
    columns,
  }: {
    readonly signature: DecoderSignature;
    readonly prompts: readonly Uint32Array[];
    readonly last: readonly number[];
    readonly columns: number;
  },
): Feeds {
  const longest = longestOf(prompts);
  const ids = new IdMatrix(prompts.length, 1, 'int64');
  const mask = new IdMatrix(prompts.length, columns, 'int64');
  const positions = new IdMatrix(prompts.length, 1, 'int64');
  prompts.forEach((prompt, row) => {
    const padding = longest - prompt.length;
    ids.set(row, 0, last[row] ?? 0);
    positions.set(row, 0, columns - padding - 1);
    for (let column = padding; column < columns; column++) mask.set(row, column, 1);
  });
  const feeds: Feeds = {
    [GENERATE_PORTS.ids]: ids.tensor(),
    [GENERATE_PORTS.mask]: mask.tensor(),
    [GENERATE_PORTS.positions]: positions.tensor(),
  };
  for (const { past } of signature.cache) {
    const { before, after } = cachePort(past);
    const tensor = outputs[after];
    if (tensor !== undefined) feeds[before] = tensor;
  }
  return feeds;
}
