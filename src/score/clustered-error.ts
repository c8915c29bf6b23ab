import type { ClusteredError } from '../domain/metric.js';
import { normalInterval, wilsonInterval, type Interval } from '../stats/intervals.js';
import { clusteredStandardError, quantileSorted } from '../stats/moments.js';
import { createRandom } from '../stats/random.js';
import type { Aggregation } from './aggregate.js';
import type { RawItems } from './raw-column.js';
import type { RawScore } from './raw-score.js';

const REPLICATES = 2000; // +-3% on the width of a 95% interval
const SEED = 1234;

/**
 * Error of a metric whose documents come in clusters (several questions about one passage). Means: Miller 2024
 * (arXiv 2411.00640), equation 4, with Wilson's interval at the effective number of items for 0/1 scores. Other
 * aggregations: a bootstrap that draws whole clusters. Null with fewer than two clusters.
 */
export function clusteredError(
  items: RawItems,
  given: {
    /** `clusters[i]` names the cluster of item i. */
    readonly clusters: readonly string[];
    readonly isMean: boolean;
    readonly aggregation: Aggregation;
    readonly value: number;
  },
): ClusteredError | null {
  const members = new Map<string, RawScore[]>();
  let index = 0;
  for (const item of items) {
    const key = given.clusters[index++] ?? '';
    const list = members.get(key);
    if (list === undefined) members.set(key, [item]);
    else list.push(item);
  }
  if (members.size < 2) return null;
  const nClusters = members.size;
  if (!given.isMean) return { ...drawClusters([...members.values()], given.aggregation), nClusters };
  const values = Array.from(items, Number);
  const stderr = clusteredStandardError(values, given.clusters);
  const isZeroOne = values.every((x) => x === 0 || x === 1);
  const ci95 = isZeroOne
    ? proportionInterval(given.value, stderr, nClusters)
    : normalInterval(given.value, stderr);
  return { stderr, ci95, nClusters };
}

// The number of independent items that would have this standard error; without spread, the number of clusters.
function proportionInterval(value: number, stderr: number, nClusters: number): Interval {
  const n = stderr > 0 ? (value * (1 - value)) / stderr ** 2 : nClusters;
  return wilsonInterval(value * n, n);
}

function drawClusters(
  clusters: readonly (readonly RawScore[])[],
  aggregation: Aggregation,
): { stderr: number; ci95: Interval } {
  const random = createRandom(SEED);
  const replicates = Float64Array.from({ length: REPLICATES }, () =>
    aggregation(clusters.flatMap(() => clusters[random.integer(clusters.length)] ?? [])),
  ).sort();
  const mean = replicates.reduce((sum, value) => sum + value, 0) / REPLICATES;
  const squares = replicates.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    stderr: Math.sqrt(squares / (REPLICATES - 1)),
    ci95: [quantileSorted(replicates, 0.025), quantileSorted(replicates, 0.975)],
  };
}
