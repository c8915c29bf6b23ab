import { SweepError } from '../errors.js';
import { pyRepr } from '../python/repr.js';
import { PythonRandom } from '../python/random.js';
import { NumpyRandomState } from '../python/numpy-random.js';
import { isList, isTruthy, pyEquals, type PyDict } from '../python/value.js';
import type { Table } from './data/table.js';
import type { Sampler } from './task-config.js';

const BIG_BENCH_SEED = 42;

/** Draws worked examples for one task after another document, as lm-eval's samplers do. */
export class FewShotSampler {
  private readonly pool: Table;
  private readonly sampler: Sampler;
  private bigBenchDraws: ReadonlyMap<string, readonly PyDict[]> | null = null;
  private readonly random: PythonRandom;
  private readonly task: string;

  /** One generator serves all documents in order: the draws depend on nothing else. */
  constructor(
    pool: Table,
    options: { readonly sampler: Sampler; readonly seed: number; readonly task: string },
  ) {
    this.pool = pool;
    this.sampler = options.sampler;
    this.random = new PythonRandom(options.seed);
    this.task = options.task;
  }

  /**
   * `n` examples. `evalDoc` is the document that must not be among them, where examples and documents come from one
   * split: then n + 1 are drawn and its copies dropped, and if that leaves too few, the draw is made again without it.
   */
  sample(n: number, evalDoc: PyDict | null): readonly PyDict[] {
    if (n === 0) return [];
    if (this.sampler === 'first_n') return this.firstN(n, evalDoc);
    if (this.sampler === 'bigbench') return this.fromOthers(n, evalDoc);
    const nDrawn = evalDoc !== null && isTruthy(evalDoc) ? n + 1 : n;
    if (nDrawn > this.pool.length) throw this.tooFew(nDrawn, this.pool.length);
    const drawn = this.random.sampleIndexes(this.pool.length, nDrawn).map((index) => this.pool.at(index));
    if (evalDoc === null || nDrawn === n) return drawn;
    const others = drawn.filter((doc) => !pyEquals(doc, evalDoc)).slice(0, n);
    if (others.length === n) return others;
    const rest = this.othersThan(evalDoc);
    if (n > rest.length) throw this.tooFew(n, rest.length);
    return this.random.sample(rest, n).map((index) => this.pool.at(index));
  }

  private firstN(n: number, evalDoc: PyDict | null): readonly PyDict[] {
    const first: PyDict[] = [];
    for (let index = 0; index < this.pool.length && first.length < n; index += 1) {
      const doc = this.pool.at(index);
      if (evalDoc === null || !pyEquals(doc, evalDoc)) first.push(doc);
    }
    if (n > first.length) throw this.tooFew(n, first.length);
    return first;
  }

  // BIG-bench draws for all examples beforehand, in an order that is drawn too, always from seed 42.
  private fromOthers(n: number, evalDoc: PyDict | null): readonly PyDict[] {
    if (n >= this.pool.length) throw this.tooFew(n, this.pool.length - 1);
    this.bigBenchDraws ??= this.drawForAll(n);
    return this.bigBenchDraws.get(pyRepr(evalDoc)) ?? [];
  }

  private drawForAll(n: number): Map<string, readonly PyDict[]> {
    const random = new NumpyRandomState(BIG_BENCH_SEED);
    const draws = new Map<string, readonly PyDict[]>();
    for (const index of random.choice(this.pool.length, this.pool.length)) {
      // Positions among the others: those behind the example move up by one.
      const drawn = random.choice(this.pool.length - 1, n).map((at) => (at < index ? at : at + 1));
      const shots = drawn.map((position) => withDrawnAnswer(this.pool.at(position), random));
      draws.set(pyRepr(this.pool.at(index)), shots);
    }
    return draws;
  }

  /** Positions of the documents that do not equal one. */
  private othersThan(evalDoc: PyDict | null): number[] {
    const all = Array.from({ length: this.pool.length }, (_, index) => index);
    return evalDoc === null ? all : all.filter((index) => !pyEquals(this.pool.at(index), evalDoc));
  }

  private tooFew(wanted: number, there: number): SweepError {
    return new SweepError(
      'TOO_FEW_EXAMPLES',
      `Expected at least ${wanted} examples to draw from for the task ${this.task}, but its few-shot split has ${there}; ask for fewer shots.`,
    );
  }
}

// Of several best choices, one is drawn to be shown.
function withDrawnAnswer(doc: PyDict, random: NumpyRandomState): PyDict {
  const { valid } = doc;
  return isList(valid) ? { ...doc, best: valid[random.below(valid.length)] ?? null } : doc;
}
