import { AXES, axisValue, type Axis, type CurveInput, type CurvePoint } from '../analysis/points.js';
import { scaleNameOf } from '../analysis/scales.js';
import { mean } from '../stats/moments.js';

/** Where scales stand on every axis that they can be drawn against: family, then scale, then axis. */
export interface AxisPlaces {
  readonly axes: readonly Axis[];
  readonly places: Readonly<
    Record<string, Readonly<Record<string, Readonly<Partial<Record<Axis, number>>>>>>
  >;
}

/** An axis needs this many different places in some family to show a curve. */
const MIN_PLACES = 3;

/** Collects the places of all scales. Bits per byte come from the points, else from a task that measures them. */
export function axisPlacesOf(inputs: readonly CurveInput[]): AxisPlaces {
  const places: Record<string, Record<string, Partial<Record<Axis, number>>>> = {};
  for (const { family, points } of inputs) {
    const own = (places[family] ??= {});
    for (const point of points) Object.assign((own[nameOf(point)] ??= {}), placesOfPoint(point));
  }
  for (const input of inputs.filter(({ metric }) => /^(bits_per_byte|bpb)\b/.test(metric))) {
    for (const [scale, value] of meansByScale(input)) {
      const own = places[input.family]?.[scale];
      if (own !== undefined) own['bits-per-byte'] ??= value;
    }
  }
  const families = Object.values(places).map((scales) => Object.values(scales));
  const axes = AXES.filter((axis) => families.some((scales) => isAxisOf(scales, axis)));
  return { axes, places };
}

const nameOf = ({ scale, seed }: CurvePoint): string => scaleNameOf(scale, seed);

function placesOfPoint(point: CurvePoint): Partial<Record<Axis, number>> {
  return Object.fromEntries(
    AXES.flatMap((axis) => {
      const value = axisValue(point, axis);
      return value !== null && value > 0 ? [[axis, value] as const] : [];
    }),
  );
}

function meansByScale({ points }: CurveInput): [string, number][] {
  const scales = new Map<string, number[]>();
  for (const point of points) scales.set(nameOf(point), [...(scales.get(nameOf(point)) ?? []), point.value]);
  return [...scales].map(([scale, values]) => [scale, mean(values)]);
}

function isAxisOf(scales: readonly Partial<Record<Axis, number>>[], axis: Axis): boolean {
  const values = scales.map((place) => place[axis]).filter((value) => value !== undefined);
  return values.length === scales.length && new Set(values).size >= MIN_PLACES;
}
