/** The edits that turn a hypothesis into a reference. */
export interface Alignment {
  readonly distance: number;
  /** For every reference word, the position of the hypothesis word it goes with (-1 before the first). */
  readonly positions: readonly number[];
  readonly referenceErrors: readonly boolean[];
  readonly hypothesisErrors: readonly boolean[];
}

const BEAM = 25;
const INFINITE = 1e16;
type Step = 'keep' | 'replace' | 'drop' | 'add';

/**
 * Edit distance along a beam around the diagonal, with its trace: what sacrebleu's TER aligns words by. Where costs
 * are equal, keeping or replacing comes before dropping a word, and that before adding one.
 */
export function alignWords(hypothesis: readonly string[], reference: readonly string[]): Alignment {
  const matrix = fillMatrix(hypothesis, reference);
  return traceBack(matrix, hypothesis.length, reference.length);
}

interface Matrix {
  readonly costs: readonly Float64Array[];
  readonly steps: readonly (readonly Step[])[];
}

function fillMatrix(hypothesis: readonly string[], reference: readonly string[]): Matrix {
  const width = reference.length + 1;
  const costs = [Float64Array.from({ length: width }, (_, j) => j)];
  const steps: Step[][] = [Array.from({ length: width }, () => 'add')];
  const ratio = hypothesis.length > 0 ? reference.length / hypothesis.length : 1;
  const beam = BEAM < ratio / 2 ? Math.ceil(ratio / 2 + BEAM) : BEAM;
  for (let i = 1; i <= hypothesis.length; i += 1) {
    const above = costs[i - 1] ?? new Float64Array(width);
    const row = new Float64Array(width).fill(INFINITE);
    const moves: Step[] = Array.from({ length: width }, () => 'add');
    const diagonal = Math.floor(i * ratio);
    const last = i === hypothesis.length ? width : Math.min(width, diagonal + beam);
    for (let j = Math.max(0, diagonal - beam); j < last; j += 1) {
      const isSame = j > 0 && hypothesis[i - 1] === reference[j - 1];
      const options: [number, Step][] = [
        [j === 0 ? INFINITE : (above[j - 1] ?? INFINITE) + (isSame ? 0 : 1), isSame ? 'keep' : 'replace'],
        [(above[j] ?? INFINITE) + 1, 'drop'],
        [j === 0 ? INFINITE : (row[j - 1] ?? INFINITE) + 1, 'add'],
      ];
      for (const [cost, step] of options) {
        if ((row[j] ?? INFINITE) <= cost) continue;
        row[j] = cost;
        moves[j] = step;
      }
    }
    costs.push(row);
    steps.push(moves);
  }
  return { costs, steps };
}

function traceBack({ costs, steps }: Matrix, nHypothesis: number, nReference: number): Alignment {
  const positions: number[] = [];
  const referenceErrors: boolean[] = [];
  const hypothesisErrors: boolean[] = [];
  let [i, j] = [nHypothesis, nReference];
  while (i > 0 || j > 0) {
    const step = i === 0 ? 'add' : (steps[i]?.[j] ?? 'drop');
    const isError = step !== 'keep';
    if (step !== 'add') hypothesisErrors[i - 1] = isError;
    if (step !== 'drop') {
      positions[j - 1] = i - 1;
      referenceErrors[j - 1] = isError;
    }
    if (step !== 'add') i -= 1;
    if (step !== 'drop') j -= 1;
  }
  return { distance: costs[nHypothesis]?.[nReference] ?? 0, positions, referenceErrors, hypothesisErrors };
}
