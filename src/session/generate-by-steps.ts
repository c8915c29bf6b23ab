import type { DecoderSignature } from '../onnx/decoder-signature.js';
import { STEP_PORTS } from '../onnx/program/step-program.js';
import type { GenerateAnswer, GenerateWork } from './batch-work.js';
import type { Feeds, Outputs } from './decoder-session.js';
import { groupsFor, longestOf, splitPrompts } from './generate-plainly.js';
import { notFinite } from './log-softmax.js';
import type { ProgramSession } from './program-session.js';
import { watchRows, type StopRules, type StopWatch } from './stop-watch.js';
import { emptyCache, IdMatrix, smallIntegersOf } from './tensors.js';
import type { TextCodec } from './text-codec.js';

interface How {
  readonly signature: DecoderSignature;
  readonly padsLeft: boolean;
  readonly stopping: { readonly rules: StopRules; readonly codec: TextCodec };
}

/** Continues prompts greedily with the step program, a run a token: ids come back, the cache stays where the runtime put it. */
export async function generateBySteps(
  program: ProgramSession,
  work: GenerateWork,
  how: How,
): Promise<GenerateAnswer> {
  const prompts = splitPrompts(work);
  const watches = watchRows(prompts.length, how.stopping);
  let computedTokens = 0;
  for (const rows of groupsFor(how, prompts)) {
    const chosen = rows.map((row) => prompts[row] ?? new Uint32Array(0));
    await continueRows(program, how.signature, { prompts: chosen, watches: rows.map((row) => watches[row]) });
    computedTokens += rows.length * longestOf(chosen);
  }
  const generations = watches.map((watch) => watch.generation());
  return { kind: 'generate', generations, promptTokens: work.tokens.length, computedTokens };
}

async function continueRows(
  program: ProgramSession,
  signature: DecoderSignature,
  { prompts, watches }: { prompts: readonly Uint32Array[]; watches: readonly (StopWatch | undefined)[] },
): Promise<void> {
  const fetches = [STEP_PORTS.next, STEP_PORTS.sum, ...signature.cache.map(({ present }) => present)];
  const columns = longestOf(prompts);
  let cache = Object.fromEntries(
    signature.cache.map((entry) => [entry.past, emptyCache(entry, prompts.length)]),
  );
  let feeds: Feeds = idFeeds(signature, {
    ids: prompts,
    lengths: prompts.map(({ length }) => length),
    columns,
    total: columns,
  });
  try {
    for (let total = columns + 1; ; total++) {
      const outputs = await program.run({ ...feeds, ...cache }, fetches);
      release(cache);
      cache = cacheOf(signature, outputs);
      const next = nextIds(outputs);
      watches.forEach((watch, row) => {
        if (watch?.done === false) watch.push(next[row] ?? 0);
      });
      if (watches.every((watch) => watch?.done !== false)) return;
      feeds = idFeeds(signature, {
        ids: Array.from(next, (id) => Uint32Array.of(id)),
        lengths: prompts.map(({ length }) => length + total - columns),
        columns: 1,
        total,
      });
    }
  } finally {
    release(cache);
  }
}

function nextIds(outputs: Outputs): Int32Array {
  const sum = (outputs[STEP_PORTS.sum]?.data as Float32Array | undefined)?.[0] ?? Number.NaN;
  if (Number.isNaN(sum)) throw notFinite(sum);
  return smallIntegersOf(outputs[STEP_PORTS.next]);
}

/** What a step gives, under the names of what the next one takes. */
function cacheOf({ cache }: DecoderSignature, outputs: Outputs): Feeds {
  return Object.fromEntries(
    cache.flatMap(({ past, present }) => {
      const tensor = outputs[present];
      return tensor === undefined ? [] : [[past, tensor]];
    }),
  );
}

// Buffers of a GPU are freed by hand; for tensors in host memory this does nothing.
function release(cache: Feeds): void {
  for (const tensor of Object.values(cache)) tensor.dispose();
}

/** The last `columns` ids of rows of the given lengths, padded on the left to `total`. */
function idFeeds(
  { inputIds, attentionMask, positionIds }: DecoderSignature,
  {
    ids,
    lengths,
    columns,
    total,
  }: { ids: readonly Uint32Array[]; lengths: readonly number[]; columns: number; total: number },
): Feeds {
  const height = ids.length;
  const fed = new IdMatrix(height, columns, 'int64');
  const mask = new IdMatrix(height, total, 'int64');
  const positions = new IdMatrix(height, columns, 'int64');
  ids.forEach((row, index) => {
    const length = lengths[index] ?? 0;
    for (let column = total - length; column < total; column++) mask.set(index, column, 1);
    row.forEach((id, at) => {
      const column = columns - row.length + at;
      fed.set(index, column, id);
      positions.set(index, column, length - row.length + at);
    });
  });
  return {
    [inputIds.name]: fed.tensor(),
    ...(attentionMask === null ? {} : { [attentionMask.name]: mask.tensor() }),
    ...(positionIds === null ? {} : { [positionIds.name]: positions.tensor() }),
  };
}
