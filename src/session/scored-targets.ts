import type { Tensor } from 'onnxruntime-node';
import { SCORE_PORTS } from '../onnx/program/score-head.js';
import type { Feeds, Outputs } from './decoder-session.js';
import { notFinite } from './log-softmax.js';
import { IdMatrix, smallIntegersOf } from './tensors.js';
import type { Trees } from './trees.js';

/** The scored tokens of one run of a program: which state scores which target for which span. */
export class ScoredTargets {
  readonly #rows: number[] = [];
  readonly #targets: number[] = [];
  readonly #spans: number[] = [];

  add(span: number, row: number, target: number): void {
    this.#rows.push(row);
    this.#targets.push(target);
    this.#spans.push(span);
  }

  /** Adds all that a tree scores; its first column is state `first`. */
  addTree({ scoredStarts, spans, columns, targets }: Trees, tree: number, first: number): void {
    const [from = 0, end = 0] = [scoredStarts[tree], scoredStarts[tree + 1]];
    for (let index = from; index < end; index++)
      this.add(spans[index] ?? 0, first + (columns[index] ?? 0), targets[index] ?? 0);
  }

  feeds(): Feeds {
    return { [SCORE_PORTS.rows]: column(this.#rows, []), [SCORE_PORTS.targets]: column(this.#targets, [1]) };
  }

  /** Adds what a run gave to the sums of the spans. Throws TrialError for what is not finite. */
  collect(
    outputs: Outputs,
    sums: { readonly loglikelihoods: Float64Array; readonly greedy: Uint8Array },
  ): void {
    const logProbabilities = outputs[SCORE_PORTS.logProbabilities]?.data as Float32Array;
    const greedy = smallIntegersOf(outputs[SCORE_PORTS.greedy]);
    for (let index = 0; index < this.#spans.length; index++) {
      const value = logProbabilities[index] ?? Number.NaN;
      if (!Number.isFinite(value)) throw notFinite(value);
      const span = this.#spans[index] ?? 0;
      sums.loglikelihoods[span] = (sums.loglikelihoods[span] ?? 0) + value;
      if (greedy[index] !== this.#targets[index]) sums.greedy[span] = 0;
    }
  }
}

/** The outputs of a scoring program. */
export const SCORE_OUTPUTS = [SCORE_PORTS.logProbabilities, SCORE_PORTS.greedy] as const;

function column(values: readonly number[], rest: readonly number[]): Tensor {
  const matrix = new IdMatrix(1, values.length, 'int64');
  matrix.put(0, 0, values);
  return matrix.tensor([values.length, ...rest]);
}
