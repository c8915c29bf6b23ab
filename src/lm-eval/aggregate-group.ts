import { isDict, isNumeric, pyFloat, toNumber, type PyDict, type PyValue } from '../python/value.js';
import type { GroupDefinition, GroupMetric } from '../task/group-definition.js';

/** One member's value of a metric. */
interface Member {
  readonly value: number;
  readonly stderr: number | null;
  readonly size: number;
}

/**
 * A group's row: every metric as the mean over its tasks, weighted by size or not, with lm-eval's standard errors.
 * `rows` are the tasks' rows of a result file. Without aggregate_metric_list the row holds the name only.
 */
export function aggregateGroup(group: GroupDefinition, rows: PyDict): PyDict {
  const members = group.tasks.map((name) => rows[name]).filter(isDict);
  const row: Record<string, PyValue> = { alias: group.alias ?? group.name, name: group.name };
  if (group.metrics.length === 0) return row;
  row['sample_len'] = members.reduce((sum, member) => sum + toNumber(member['sample_len']), 0);
  const counts: Record<string, PyValue> = {};
  for (const metric of group.metrics) {
    for (const filter of metric.filters ?? filtersOf(metric.metric, members)) {
      const key = `${metric.metric},${filter}`;
      const found = membersWith(metric.metric, filter, members);
      if (found.length === 0) continue;
      const { value, stderr, size } = combine(metric, found);
      row[key] = pyFloat(value);
      row[`${metric.metric}_stderr,${filter}`] = stderr === null ? 'N/A' : pyFloat(stderr);
      counts[key] = size;
    }
  }
  return Object.keys(counts).length === 0 ? row : { ...row, sample_count: counts };
}

function filtersOf(metric: string, members: readonly PyDict[]): string[] {
  const keys = members.flatMap((member) => Object.keys(member)).filter((key) => key.startsWith(`${metric},`));
  return [...new Set(keys.map((key) => key.slice(metric.length + 1)))].sort();
}

function membersWith(metric: string, filter: string, members: readonly PyDict[]): Member[] {
  return members.flatMap((member) => {
    const value = member[`${metric},${filter}`];
    const stderr = member[`${metric}_stderr,${filter}`];
    if (!isNumeric(value)) return [];
    return [
      {
        value: toNumber(value),
        stderr: isNumeric(stderr) ? toNumber(stderr) : null,
        size: toNumber(member['sample_len']),
      },
    ];
  });
}

// Pooled variance for a mean weighted by size; the variance of a sum of independent means for a plain one.
function combine(metric: GroupMetric, members: readonly Member[]): Member {
  const size = members.reduce((sum, member) => sum + member.size, 0);
  const errors = members.map(({ stderr }) => stderr);
  const isKnown = errors.every((stderr) => stderr !== null);
  if (!metric.weightBySize) {
    const value = members.reduce((sum, member) => sum + member.value, 0) / members.length;
    const squares = errors.reduce<number>((sum, stderr) => sum + (stderr ?? 0) ** 2, 0);
    return { value, stderr: isKnown ? Math.sqrt(squares) / members.length : null, size };
  }
  const value = members.reduce((sum, member) => sum + member.value * member.size, 0) / size;
  const pooled = members.reduce(
    (sum, member) => sum + (member.size - 1) * (member.stderr ?? 0) ** 2 * member.size,
    0,
  );
  return { value, stderr: isKnown ? Math.sqrt(pooled / (size - members.length) / size) : null, size };
}
