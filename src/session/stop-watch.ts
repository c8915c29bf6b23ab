import type { Generation } from './batch-work.js';
import { WITH_SPECIAL_TOKENS, type TextCodec } from './text-codec.js';

export interface StopRules {
  /** Ids that end a generation. */
  readonly endTokens: ReadonlySet<number>;
  /** Texts that end one; the empty text, which is in every other, ends it behind the first token. */
  readonly stops: readonly string[];
  readonly maxNewTokens: number;
}

const FIRST_ROOM = 32;

/** Follows one row's new tokens and says when it is done. */
export class StopWatch {
  // One array that grows, of which the tokenizer reads a part in place: it is asked once a token and row.
  #ids = new Uint32Array(FIRST_ROOM);
  #nTokens = 0;
  readonly #rules: StopRules;
  readonly #codec: TextCodec;
  readonly #looks: readonly Look[];
  #ended: Generation['ended'] | null = null;

  constructor(rules: StopRules, codec: TextCodec, looks: readonly Look[] = looksOf(rules.stops, codec)) {
    this.#rules = rules;
    this.#codec = codec;
    this.#looks = looks;
  }

  get done(): boolean {
    return this.#ended !== null;
  }

  /** Takes the next token of a row that is not done. */
  push(id: number): void {
    if (this.#nTokens === this.#ids.length) {
      const longer = new Uint32Array(2 * this.#ids.length);
      longer.set(this.#ids);
      this.#ids = longer;
    }
    this.#ids[this.#nTokens++] = id;
    if (this.#rules.endTokens.has(id) || this.#sawStop()) this.#ended = 'stop';
    else if (this.#nTokens >= this.#rules.maxNewTokens) this.#ended = 'length';
  }

  /** The row's answer: its text up to the first stop. */
  generation(): Generation {
    const last = this.#ids[this.#nTokens - 1];
    const closed = last !== undefined && this.#rules.endTokens.has(last);
    const text = this.#codec.decode(this.#ids.subarray(0, closed ? this.#nTokens - 1 : this.#nTokens));
    return {
      text: cutAtStops(text, this.#rules.stops),
      nTokens: this.#nTokens,
      ended: this.#ended ?? 'length',
    };
  }

  #sawStop(): boolean {
    for (const { nTokens, stops } of this.#looks) {
      const tail = this.#ids.subarray(Math.max(0, this.#nTokens - nTokens), this.#nTokens);
      const text = this.#codec.decode(tail, WITH_SPECIAL_TOKENS);
      for (const stop of stops) if (text.includes(stop)) return true;
    }
    return false;
  }
}

/** Watches of so many rows that go by the same rules. */
export function watchRows(
  nRows: number,
  { rules, codec }: { readonly rules: StopRules; readonly codec: TextCodec },
): StopWatch[] {
  const looks = looksOf(rules.stops, codec);
  return Array.from({ length: nRows }, () => new StopWatch(rules, codec, looks));
}

/** Stops that are looked for in the text of the last so many new tokens. */
interface Look {
  readonly nTokens: number;
  readonly stops: readonly string[];
}

// As lm-evaluation-harness looks (MultiTokenEOSCriteria): two tokens further back than the stop's own, and at special tokens as
// they are written, though the answer leaves them out. A few tokens each time keep long generations linear.
function looksOf(stops: readonly string[], codec: TextCodec): Look[] {
  const byLength = new Map<number, string[]>();
  for (const stop of stops) {
    const nTokens = codec.encode(stop, { addSpecialTokens: false }).length + 2;
    byLength.set(nTokens, [...(byLength.get(nTokens) ?? []), stop]);
  }
  return [...byLength].map(([nTokens, chosen]) => ({ nTokens, stops: chosen }));
}

/** A text up to the first occurrence of any stop that is not empty. */
export function cutAtStops(text: string, stops: readonly string[]): string {
  return stops.filter((stop) => stop !== '').reduce((left, stop) => left.split(stop, 1)[0] ?? '', text);
}
