import { SweepError } from '../errors.js';
import { isDict } from '../python/value.js';

/** One entry of a group's `aggregate_metric_list`. */
export interface GroupMetric {
  readonly metric: string;
  /** Names of filters; null for all that the members have. */
  readonly filters: readonly string[] | null;
  /** Weight every task by its number of samples; otherwise every task counts the same. */
  readonly weightBySize: boolean;
}

/** A named set of tasks with metrics over all of them. */
export interface GroupDefinition {
  readonly name: string;
  readonly alias: string | null;
  /** Names of the member tasks and groups, in order. */
  readonly members: readonly string[];
  /** Names of all tasks in the group and its groups; one that several of its groups have, once for each. */
  readonly tasks: readonly string[];
  readonly metrics: readonly GroupMetric[];
  readonly version: unknown;
}

/** Fields of a group file; any other field overrides that field of every member. */
export const GROUP_FIELDS = ['group', 'group_alias', 'task', 'aggregate_metric_list', 'metadata'];

/** Reads `aggregate_metric_list`. */
export function resolveGroupMetrics(value: unknown, group: string): GroupMetric[] {
  if (value === undefined || value === null) return [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((entry) => {
    const fields = isDict(entry) ? (entry as Readonly<Record<string, unknown>>) : {};
    const { metric, filter_list: filters, aggregation = 'mean', weight_by_size: weight = true } = fields;
    if (typeof metric !== 'string')
      throw badGroup(group, 'every entry of `aggregate_metric_list` needs a `metric`');
    if (aggregation !== 'mean')
      throw badGroup(group, `the aggregation ${JSON.stringify(aggregation)} is not supported, only "mean"`);
    return { metric, filters: filterList(filters), weightBySize: weight !== false };
  });
}

function filterList(value: unknown): string[] | null {
  if (value === undefined || value === null) return null;
  return (Array.isArray(value) ? value : [value]).map(String);
}

function badGroup(group: string, reason: string): SweepError {
  return new SweepError('BAD_GROUP', `Group ${group}: ${reason}.`);
}
