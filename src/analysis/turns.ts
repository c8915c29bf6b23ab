import { fitDirections, fitMonotone, type Block, type Direction } from '../stats/isotonic.js';

/** What fits that are monotone, or turn once, leave unexplained of a curve. */
export interface TurnEvidence {
  /** Weighted squared error of the best monotone fit. */
  readonly monotone: number;
  readonly valley: number;
  readonly hill: number;
}

/** Fits all four directions. */
export function turnEvidence(y: Float64Array, weights: Float64Array): TurnEvidence {
  const { up, down, valley, hill } = fitDirections(y, weights);
  return { monotone: Math.min(up, down), valley: valley.error, hill: hill.error };
}

/** One arm of a turn. */
export interface Arm {
  readonly height: number;
  readonly stderr: number;
}

/** Heights of the two arms of the best valley or hill, between the ends and the turning point, with their errors. */
export function armsOf(y: Float64Array, weights: Float64Array, kind: 'valley' | 'hill'): readonly [Arm, Arm] {
  const first: Direction = kind === 'valley' ? 'down' : 'up';
  const { split } = fitDirections(y, weights)[kind];
  const left = fitMonotone(y.slice(0, split), weights.slice(0, split), first).blocks;
  const right = fitMonotone(y.slice(split), weights.slice(split), first === 'down' ? 'up' : 'down').blocks;
  const turning = [left.at(-1), right[0]].filter((block) => block !== undefined);
  const sign = kind === 'valley' ? 1 : -1;
  const turn = turning.sort((a, b) => sign * (a.value - b.value))[0];
  return [armOf(left[0], turn, sign), armOf(right.at(-1), turn, sign)];
}

function armOf(end: Block | undefined, turn: Block | undefined, sign: number): Arm {
  if (end === undefined || turn === undefined || end === turn) return { height: 0, stderr: 1 };
  return { height: sign * (end.value - turn.value), stderr: Math.sqrt(1 / end.weight + 1 / turn.weight) };
}
