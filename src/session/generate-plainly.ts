import { hasWholeCache } from '../onnx/decoder-signature.js';
import type { GenerateAnswer, GenerateWork } from './batch-work.js';
import type { DecoderSession, Outputs } from './decoder-session.js';
import { greedyToken } from './log-softmax.js';
import { offsetsOf } from './packed-rows.js';
import { watchRows, type StopRules, type StopWatch } from './stop-watch.js';
import { floatsOf } from './tensors.js';
import type { TextCodec } from './text-codec.js';

/** Continues prompts greedily, a run a token, with the cache passing through here (or, without one that holds all tokens, the whole text again). */
export async function generatePlainly(
  session: DecoderSession,
  work: GenerateWork,
  stopping: { readonly rules: StopRules; readonly codec: TextCodec },
): Promise<GenerateAnswer> {
  const prompts = splitPrompts(work);
  const watches = watchRows(prompts.length, stopping);
  let computedTokens = 0;
  for (const rows of groupsFor(session, prompts)) {
    const chosen = rows.map((row) => prompts[row] ?? NOTHING);
    await continueRows(
      session,
      chosen,
      rows.map((row) => watches[row] as StopWatch),
    );
    computedTokens += rows.length * longestOf(chosen);
  }
  const generations = watches.map((watch) => watch.generation());
  return { kind: 'generate', generations, promptTokens: work.tokens.length, computedTokens };
}

const NOTHING = new Uint32Array(0);

/** The length of the longest of some texts. */
export function longestOf(texts: readonly { readonly length: number }[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0);
}

/** The prompts of a packed batch. */
export function splitPrompts({ tokens, lengths }: GenerateWork): Uint32Array[] {
  const starts = offsetsOf(lengths);
  const prompts: Uint32Array[] = [];
  for (let index = 0; index < lengths.length; index++)
    prompts.push(tokens.subarray(starts[index], starts[index + 1]));
  return prompts;
}

/** Rows that may share a run: all, or those of one length where the model cannot be told of padding. */
export function groupsFor(
  { padsLeft }: { readonly padsLeft: boolean },
  prompts: readonly Uint32Array[],
): number[][] {
  const groups = new Map<number, number[]>();
  for (const [row, { length }] of prompts.entries()) {
    const key = padsLeft ? 0 : length;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

async function continueRows(
  session: DecoderSession,
  prompts: readonly Uint32Array[],
  watches: readonly StopWatch[],
): Promise<void> {
  const texts = prompts.map((prompt) => Array.from(prompt));
  const hasCache = hasWholeCache(session.signature);
  let cache: Outputs | null = null;
  while (watches.some((watch) => !watch.done)) {
    const columns = cache === null ? longestOf(texts) : 1;
    const result = await session.run(leftPadded(session, texts, { columns, cache }), { cache: hasCache });
    const width = result.logits.dims[2] ?? 0;
    const rowsBack = result.logits.dims[1] ?? 1;
    texts.forEach((text, row) => {
      const end = (row + 1) * rowsBack * width;
      const id = greedyToken(floatsOf(result.logits, end - width, end));
      text.push(id);
      if (watches[row]?.done === false) watches[row]?.push(id);
    });
    if (hasCache) cache = result.cache;
  }
}

/** The last `columns` ids of every text, padded on the left, with the mask over everything before them. */
function leftPadded(
  session: DecoderSession,
  texts: readonly (readonly number[])[],
  { columns, cache }: { readonly columns: number; readonly cache: Outputs | null },
) {
  const longest = longestOf(texts);
  const ids = session.ids(texts.length, columns);
  const mask = session.matrix('attentionMask', texts.length, longest);
  const positions = session.matrix('positionIds', texts.length, columns);
  texts.forEach((text, row) => {
    for (let column = longest - text.length; column < longest; column++) mask?.set(row, column, 1);
    for (let column = Math.max(0, columns - text.length); column < columns; column++) {
      const position = text.length - columns + column;
      ids.set(row, column, text[position] ?? 0);
      positions?.set(row, column, position);
    }
  });
  return { ids, mask, positions, cache };
}
