import { Tensor } from 'onnxruntime-node';
import type { DecoderSignature } from '../onnx/decoder-signature.js';
import { cachePort, GENERATE_PORTS } from '../onnx/program/generate-program.js';
import type { GenerateAnswer, GenerateWork } from './batch-work.js';
import type { Feeds, Outputs } from './decoder-session.js';
import { groupsFor, longestOf, splitPrompts } from './generate-plainly.js';
import { notFinite } from './log-softmax.js';
import type { ProgramSession } from './program-session.js';
import { concatenated } from './packed-rows.js';
import { watchRows, type StopRules, type StopWatch } from './stop-watch.js';
import { cacheBehind, sharedPrefix } from './prompt-prefix.js';
import { IdMatrix, smallIntegersOf } from './tensors.js';
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

/**
 * Continues prompts greedily with the generating program: all tokens of a batch in one run, or in a few where stops span tokens.
 * Where prompts begin alike, as behind few-shot examples, their beginning goes through the model once.
 */
export async function generateByProgram(
  program: ProgramSession,
  work: GenerateWork,
  how: {
    readonly signature: DecoderSignature;
    readonly padsLeft: boolean;
    /** The model takes several tokens behind a cache for several rows. */
    readonly sharesPrefix: boolean;
    readonly stopping: Stopping;
  },
): Promise<GenerateAnswer> {
  const prompts = splitPrompts(work);
  const watches = watchRows(prompts.length, how.stopping);
  let [promptTokens, computedTokens] = [0, 0];
  for (const group of groupsFor(how, prompts)) {
    const whole = group.map((row) => prompts[row] ?? NOTHING);
    const prefix = how.sharesPrefix ? sharedPrefix(whole) : NOTHING;
    const rows = { prefix: prefix.length, prompts: whole.map((prompt) => prompt.subarray(prefix.length)) };
    const before = await cacheBehind(program, prefix, { ...how, height: whole.length });
    const chosen = group.map((row) => watches[row] as StopWatch);
    await continueRows(program, { ...rows, before, watches: chosen, nBefore: 0 }, how);
    promptTokens += prefix.length + rows.prompts.reduce((sum, { length }) => sum + length, 0);
    computedTokens += prefix.length + whole.length * longestOf(rows.prompts);
  }
  const generations = watches.map((row) => row.generation());
  return { kind: 'generate', generations, promptTokens, computedTokens };
}

const NOTHING = new Uint32Array(0);

/** Rows that go on behind one prefix, whose cache is in `before`. */
interface Rows {
  /** Tokens of the prefix. */
  readonly prefix: number;
  readonly prompts: readonly Uint32Array[];
}

interface RowsToContinue extends Rows {
  /** The cache of the prefix. */
  readonly before: Feeds;
  readonly watches: readonly StopWatch[];
  /** New tokens that the prompts have at their ends already. */
  readonly nBefore: number;
}

async function continueRows(
  program: ProgramSession,
  rows: RowsToContinue,
  how: { readonly signature: DecoderSignature; readonly stopping: Stopping },
): Promise<void> {
  const { prompts, watches, prefix, nBefore } = rows;
  const { signature, stopping } = how;
  const { maxNewTokens } = stopping.rules;
  const columns = longestOf(prompts);
  const stretch = stopping.stopIds.complete ? maxNewTokens : STEPS_BETWEEN_LOOKS;
  const presents = stretch < maxNewTokens ? signature.cache.map(({ past }) => cachePort(past).after) : [];
  const made: number[][] = prompts.map(() => []);
  let feeds: Feeds = { ...promptFeeds(rows, columns), ...rows.before };
  for (let done = nBefore; done < maxNewTokens; done += stretch) {
    const steps = Math.min(stretch, maxNewTokens - done);
    const common = controlFeeds(watches, { steps, table: stopping.stopIds.table });
    const outputs = await program.run({ ...feeds, ...common }, [
      GENERATE_PORTS.tokens,
      GENERATE_PORTS.sums,
      ...presents,
    ]);
    const taken = watch(outputs, watches, made);
    if (watches.every((row) => row.done)) return;
    if (taken < steps) {
      // A token ended its row inside that is no stop in the company that it has: part of a broken character, say.
      const longer = prompts.map((prompt, row) => concatenated([prompt, Uint32Array.from(made[row] ?? [])]));
      return await continueRows(program, { ...rows, prompts: longer, nBefore: done + taken }, how);
    }
    const last = made.map((ids) => ids.at(-1) ?? 0);
    const width = prefix + columns + done - nBefore + steps;
    feeds = continueFeeds(outputs, { signature, rows, last, columns: width });
  }
}

/** Hands a run's tokens to the watches and puts them behind `made`; gives the number of steps taken. */
function watch(outputs: Outputs, watches: readonly StopWatch[], made: readonly number[][]): number {
  const sums = outputs[GENERATE_PORTS.sums]?.data as Float32Array;
  if (sums.some((sum) => Number.isNaN(sum))) throw notFinite(Number.NaN);
  const ids = smallIntegersOf(outputs[GENERATE_PORTS.tokens]);
  for (const [index, row] of watches.entries()) {
    for (let step = 0; step < sums.length; step++) {
      const id = ids[step * watches.length + index] ?? 0;
      made[index]?.push(id);
      if (!row.done) row.push(id);
    }
  }
  return sums.length;
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

/** Prompts behind their prefix, padded on the left to `columns`. */
function promptFeeds({ prompts, prefix }: Rows, columns: number): Feeds {
  const ids = new IdMatrix(prompts.length, columns, 'int64');
  const mask = new IdMatrix(prompts.length, prefix + columns, 'int64');
  const positions = new IdMatrix(prompts.length, columns, 'int64');
  for (const [row, prompt] of prompts.entries()) {
    const padding = columns - prompt.length;
    ids.put(row, padding, prompt);
    mask.fill(row, 0, prefix, 1);
    mask.fill(row, prefix + padding, prompt.length, 1);
    positions.count(row, padding, prompt.length, prefix);
  }
  return {
    [GENERATE_PORTS.ids]: ids.tensor(),
    [GENERATE_PORTS.mask]: mask.tensor(),
    [GENERATE_PORTS.positions]: positions.tensor(),
  };
}

/** The last ids alone, behind the cache of everything before them; `columns` counts them. */
function continueFeeds(
  outputs: Outputs,
  {
    signature,
    rows: { prompts, prefix },
    last,
    columns,
  }: {
    readonly signature: DecoderSignature;
    readonly rows: Rows;
    readonly last: readonly number[];
    readonly columns: number;
  },
): Feeds {
  const longest = longestOf(prompts);
  const ids = new IdMatrix(prompts.length, 1, 'int64');
  const mask = new IdMatrix(prompts.length, columns, 'int64');
  const positions = new IdMatrix(prompts.length, 1, 'int64');
  for (const [row, prompt] of prompts.entries()) {
    const padding = longest - prompt.length;
    ids.set(row, 0, last[row] ?? 0);
    positions.set(row, 0, columns - padding - 1);
    mask.fill(row, 0, prefix, 1);
    mask.fill(row, prefix + padding, columns - prefix - padding, 1);
  }
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
