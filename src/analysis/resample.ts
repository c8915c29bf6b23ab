import type { Random } from '../stats/random.js';
import type { CurvePoint } from './points.js';
import { pointVariance, sampleCount } from './noise.js';
import type { Scale, ScaledCurve } from './scales.js';

/** Fills `y` with the values of all scales in one resample of items and seeds. */
export type Draw = (y: Float64Array) => Float64Array;

/** Beyond this many items the means are normal to a rounding, and drawing them so costs nothing. */
const MAX_ITEMS_RESAMPLED = 20_000;

/**
 * Resamples a curve. Where samples are known by name, the same samples (whole clusters of them) are drawn for every
 * scale, which keeps the pairing; otherwise every scale is drawn by itself from its count or its standard error.
 * Where a scale has several seeds, the seeds are drawn too.
 */
export function resamplerOf(curve: ScaledCurve, random: Random): Draw {
  const table = alignedItems(curve);
  if (table !== null) return drawItems(curve, table, random);
  const sign = curve.input.higherIsBetter ? 1 : -1;
  const sources = curve.scales.map((scale) =>
    scale.seeds.map((point) => drawPoint(point, curve.isProportion, random)),
  );
  return (y) => {
    sources.forEach((seeds, i) => {
      y[i] = sign * meanOfDrawnSeeds(seeds.length, random, (seed) => (seeds[seed] as () => number)());
    });
    return y;
  };
}

function meanOfDrawnSeeds(count: number, random: Random, draw: (seed: number) => number): number {
  if (count === 1) return draw(0);
  let total = 0;
  for (let i = 0; i < count; i++) total += draw(random.integer(count));
  return total / count;
}

function drawPoint(point: CurvePoint, isProportion: boolean, random: Random): () => number {
  const n = sampleCount(point, isProportion);
  const deviation = Math.sqrt(pointVariance(point, isProportion));
  const { value } = point;
  if (isProportion && point.n !== null && n * Math.min(value, 1 - value) < 30 && n <= 5000) {
    return () => random.binomial(n, value) / n;
  }
  if (!isProportion) return () => value + deviation * random.normal();
  return () => Math.min(1, Math.max(0, value + deviation * random.normal()));
}

/** Values of every sample: `rows[scale][seed][item]`, with the items of each cluster. */
interface ItemTable {
  readonly rows: readonly (readonly Float64Array[])[];
  readonly clusters: readonly (readonly number[])[];
}

/** The items of all points in one order; null where some point has none or other ones. */
export function alignedItems(curve: ScaledCurve): ItemTable | null {
  // Items are made when they are looked at: of millions, their number is looked at first.
  const point = curve.scales[0]?.seeds[0];
  if ((point?.n ?? 0) > MAX_ITEMS_RESAMPLED) return null;
  const first = point?.items;
  if (first === undefined || first.length === 0 || first.length > MAX_ITEMS_RESAMPLED) return null;
  const position = new Map(first.map(({ item }, i) => [item, i]));
  const rows: Float64Array[][] = [];
  for (const scale of curve.scales) {
    const row = seedRows(scale, position);
    if (row === null) return null;
    rows.push(row);
  }
  const clusters = new Map<unknown, number[]>();
  first.forEach(({ item, cluster }, i) => {
    const name = cluster ?? `item ${item}`;
    clusters.set(name, [...(clusters.get(name) ?? []), i]);
  });
  return { rows, clusters: [...clusters.values()] };
}

/** The mean over seeds of every item, turned so that higher is better. */
export function meanItems(seeds: readonly Float64Array[], higherIsBetter: boolean): number[] {
  const sign = higherIsBetter ? 1 : -1;
  return Array.from(
    seeds[0] ?? [],
    (_, item) => (sign * seeds.reduce((total, row) => total + (row[item] as number), 0)) / seeds.length,
  );
}

function seedRows(scale: Scale, position: ReadonlyMap<string | number, number>): Float64Array[] | null {
  const rows: Float64Array[] = [];
  for (const { items } of scale.seeds) {
    if (items === undefined || items.length !== position.size) return null;
    const row = new Float64Array(position.size);
    for (const { item, value } of items) {
      const at = position.get(item);
      if (at === undefined) return null;
      row[at] = value;
    }
    rows.push(row);
  }
  return rows;
}

function drawItems(curve: ScaledCurve, { rows, clusters }: ItemTable, random: Random): Draw {
  const nItems = rows[0]?.[0]?.length ?? 0;
  const sign = curve.input.higherIsBetter ? 1 : -1;
  const chosen = new Int32Array(
    nItems + Math.max(...clusters.map((cluster) => cluster.length)) * clusters.length,
  );
  return (y) => {
    let count = 0;
    for (let i = 0; i < clusters.length; i++) {
      for (const item of clusters[random.integer(clusters.length)] as readonly number[])
        chosen[count++] = item;
    }
    rows.forEach((seeds, i) => {
      y[i] =
        sign *
        meanOfDrawnSeeds(seeds.length, random, (seed) => meanOf(seeds[seed] as Float64Array, chosen, count));
    });
    return y;
  };
}

function meanOf(values: Float64Array, chosen: Int32Array, count: number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += values[chosen[i] as number] as number;
  return total / count;
}
