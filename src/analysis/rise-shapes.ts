import { dot } from './ramps.js';

/**
 * A rise as scale grows: level up to `start`, one of four bends up to `end`, level after. It is fitted by a dot product,
 * and whether it is sudden is a property of the shape alone: of the decades between 15% and 85% of its gain.
 */
export interface RiseShape {
  /** Projection of a curve on this shape: dot(project, y)^2 is the chi-square it explains beyond a level line. */
  readonly project: Float64Array;
  /** Height of the fitted rise for one unit of projection. */
  readonly height: number;
  /** Scales that have at most a tenth of the gain: the floor, from the first scale on. */
  readonly nFloor: number;
  readonly isSudden: boolean;
  /** The floor is long enough to be one whatever the gain after it. */
  readonly hasLongFloor: boolean;
}

/** How a rise bends between its start (u = 0) and its end (u = 1). */
const BENDS: readonly ((u: number) => number)[] = [
  (u) => u,
  (u) => u * u * (3 - 2 * u),
  (u) => u * u,
  (u) => 1 - (1 - u) ** 2,
];

/** A rise is sudden when 15% to 85% of it take at most this many decades, and at most this share of the range of scales. */
const SUDDEN_DECADES = 0.9;
const SUDDEN_SHARE = 0.39;
/** It is sudden too when one step between neighbouring scales makes this share of it: nothing is known of the gap between. */
const ONE_STEP = 0.6;
/** A floor spans at least this many decades, or a quarter of the range. */
const FLOOR_DECADES = 0.9;
const FLOOR_GAIN = 0.1;

/** What a rise is on given places, whatever the noise of the values there. */
interface Rise extends Pick<RiseShape, 'nFloor' | 'isSudden' | 'hasLongFloor'> {
  readonly values: Float64Array;
  readonly gain: number;
}

/** Every rise between two places of the axis (scales and the middles between them), projected with the weights given. */
export function riseShapesOf(x: readonly number[], weights: Float64Array): RiseShape[] {
  const weight = weights.reduce((total, value) => total + value, 0);
  return risesOver(x).map(({ values, gain, ...rise }) => {
    const centre = dot(values, weights) / weight;
    const squares = values.reduce(
      (total, value, i) => total + (value - centre) ** 2 * (weights[i] as number),
      0,
    );
    const norm = Math.sqrt(squares);
    return {
      project: values.map((value, i) => ((value - centre) * (weights[i] as number)) / norm),
      height: gain / norm,
      ...rise,
    };
  });
}

/** Tasks of one family share their scales, so that the last answer serves most calls. */
let latest: { readonly key: string; readonly rises: readonly Rise[] } | null = null;

function risesOver(x: readonly number[]): readonly Rise[] {
  const key = x.join();
  if (latest?.key === key) return latest.rises;
  const places = x.flatMap((at, i) => (i + 1 < x.length ? [at, (at + (x[i + 1] as number)) / 2] : [at]));
  const rises = new Map<string, Rise>();
  for (const [i, start] of places.entries()) {
    for (const end of places.slice(i + 1)) {
      for (const bend of BENDS) {
        const rise = riseOf(x, { bend, start, end });
        // Rises inside one gap between scales look alike from the scales.
        if (rise.gain > 0) rises.set(rise.values.join(), rise);
      }
    }
  }
  latest = { key, rises: [...rises.values()] };
  return latest.rises;
}

interface Bent {
  readonly bend: (u: number) => number;
  readonly start: number;
  readonly end: number;
}

const heightAt = ({ bend, start, end }: Bent, at: number): number =>
  bend(Math.min(1, Math.max(0, (at - start) / (end - start))));

function riseOf(x: readonly number[], bent: Bent): Rise {
  const values = Float64Array.from(x, (at) => heightAt(bent, at));
  const [first, last] = [x[0] as number, x.at(-1) as number];
  const range = last - first;
  const low = values[0] as number;
  const gain = (values.at(-1) as number) - low;
  const width =
    Math.min(placeOf(bent, low + 0.85 * gain), last) - Math.max(placeOf(bent, low + 0.15 * gain), first);
  const lastFloor = values.findLastIndex((value) => value - low <= FLOOR_GAIN * gain + 1e-9);
  const largestStep = Math.max(...values.slice(1).map((value, i) => value - (values[i] as number)));
  return {
    values,
    gain,
    nFloor: lastFloor + 1,
    isSudden:
      largestStep >= ONE_STEP * gain || width <= Math.min(SUDDEN_DECADES, SUDDEN_SHARE * range) + 1e-9,
    hasLongFloor:
      (lastFloor >= 2 || (lastFloor === 1 && x.length <= 5)) &&
      (x[lastFloor] as number) - first >= Math.min(FLOOR_DECADES, range / 4),
  };
}

/** Where a rise reaches a height, by halving: bends have no common inverse. */
function placeOf(bent: Bent, height: number): number {
  let low = bent.start;
  let high = bent.end;
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    if (heightAt(bent, middle) < height) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
