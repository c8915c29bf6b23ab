import { NumberList } from '../stats/number-list.js';
import type { RawScore } from './raw-score.js';

/** The raw scores of many documents in order: an array is one. */
export interface RawItems extends Iterable<RawScore> {
  readonly length: number;
  at(index: number): RawScore | undefined;
}

/** What every item counts as a number, NaN where it is none; on the memory of a column of numbers. */
export function packedNumbers(items: RawItems): Float64Array {
  const packed = items instanceof RawColumn ? items.numbers() : null;
  if (packed !== null) return packed;
  const numbers = new Float64Array(items.length);
  for (let index = 0; index < numbers.length; index += 1) numbers[index] = Number(items.at(index));
  return numbers;
}

type Kind = 'number' | Exclude<RawScore, number>['kind'];

/**
 * The raw scores of one metric as they come, packed: a number takes 8 bytes, a weighted loglikelihood or a pair of classes 16,
 * a distribution 8 for each choice and 16 more. Only texts and values of hooks stay as they are.
 */
export class RawColumn implements RawItems {
  #kind: Kind | null = null;
  readonly #first = new NumberList();
  readonly #second = new NumberList();
  readonly #probabilities = new NumberList();
  /** All of them as they came, where they cannot be packed or are of several kinds. */
  #asTheyAre: RawScore[] | null = null;

  get length(): number {
    return this.#asTheyAre?.length ?? this.#first.length;
  }

  push(score: RawScore): void {
    const kind = kindOf(score);
    this.#kind ??= kind;
    if (this.#asTheyAre === null && (kind !== this.#kind || kind === 'texts' || kind === 'values'))
      this.#asTheyAre = Array.from(this);
    if (this.#asTheyAre === null) this.#pack(score);
    else this.#asTheyAre.push(score);
  }

  at(index: number): RawScore | undefined {
    if (index < 0 || index >= this.length) return undefined;
    return this.#asTheyAre === null ? this.#unpack(index) : this.#asTheyAre[index];
  }

  /** All of them on the same memory, where they are plain numbers; else null. */
  numbers(): Float64Array | null {
    return this.#asTheyAre === null && this.#kind === 'number' ? this.#first.toArray() : null;
  }

  *[Symbol.iterator](): Generator<RawScore> {
    for (let index = 0; index < this.length; index += 1) {
      const score = this.at(index);
      if (score !== undefined) yield score;
    }
  }

  #pack(score: RawScore): void {
    if (typeof score === 'number') this.#first.push(score);
    else if (score.kind === 'weighted') this.#pair(score.loglikelihood, score.weight);
    else if (score.kind === 'classes') this.#pair(score.gold, score.predicted);
    else if (score.kind === 'distribution') {
      for (const probability of score.probabilities) this.#probabilities.push(probability);
      this.#pair(score.gold, this.#probabilities.length);
    }
  }

  #pair(first: number, second: number): void {
    this.#first.push(first);
    this.#second.push(second);
  }

  #unpack(index: number): RawScore {
    const [first, second] = [this.#first.at(index), this.#second.at(index)];
    if (this.#kind === 'weighted') return { kind: 'weighted', loglikelihood: first, weight: second };
    if (this.#kind === 'classes') return { kind: 'classes', gold: first, predicted: second };
    if (this.#kind !== 'distribution') return first;
    const begin = index === 0 ? 0 : this.#second.at(index - 1);
    const probabilities = Array.from(this.#probabilities.toArray().subarray(begin, second));
    return { kind: 'distribution', gold: first, probabilities };
  }
}

function kindOf(score: RawScore): Kind {
  return typeof score === 'number' ? 'number' : score.kind;
}
