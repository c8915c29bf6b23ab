import type { Generation } from './batch-work.js';
import type { TextCodec } from './text-codec.js';

export interface StopRules {
  /** Ids that end a generation. */
  readonly endTokens: ReadonlySet<number>;
  /** Texts that end one, none empty. */
  readonly stops: readonly string[];
  readonly maxNewTokens: number;
}

/** Follows one row's new tokens and says when it is done. */
export class StopWatch {
  readonly #ids: number[] = [];
  readonly #rules: StopRules;
  readonly #codec: TextCodec;
  #ended: Generation['ended'] | null = null;

  constructor(rules: StopRules, codec: TextCodec) {
    this.#rules = rules;
    this.#codec = codec;
  }

  get done(): boolean {
    return this.#ended !== null;
  }

  /** Takes the next token of a row that is not done. */
  push(id: number): void {
    this.#ids.push(id);
    if (this.#rules.endTokens.has(id) || this.#sawStop()) this.#ended = 'stop';
    else if (this.#ids.length >= this.#rules.maxNewTokens) this.#ended = 'length';
  }

  /** The row's answer: its text up to the first stop. */
  generation(): Generation {
    const last = this.#ids.at(-1);
    const closed = last !== undefined && this.#rules.endTokens.has(last);
    const text = this.#decode(closed ? this.#ids.slice(0, -1) : this.#ids);
    return {
      text: cutAtStops(text, this.#rules.stops),
      nTokens: this.#ids.length,
      ended: this.#ended ?? 'length',
    };
  }

  // Decoding only the tail that a stop can touch keeps long generations linear: a token is at least a byte, and the
  // four extra ones keep a split character or a decoder's leading blank out of the way.
  #sawStop(): boolean {
    const { stops } = this.#rules;
    if (stops.length === 0) return false;
    const reach = Math.max(...stops.map((stop) => Buffer.byteLength(stop))) + 4;
    const tail = this.#decode(this.#ids.slice(-reach));
    if (!stops.some((stop) => tail.includes(stop))) return false;
    const whole = this.#decode(this.#ids);
    return stops.some((stop) => whole.includes(stop));
  }

  #decode(ids: readonly number[]): string {
    return this.#codec.decode(Uint32Array.from(ids));
  }
}

/** A text up to the first occurrence of any stop. */
export function cutAtStops(text: string, stops: readonly string[]): string {
  return stops.reduce((left, stop) => left.split(stop, 1)[0] ?? '', text);
}
