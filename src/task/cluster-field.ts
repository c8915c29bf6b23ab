import { SweepError } from '../errors.js';
import { pyRepr } from '../python/repr.js';
import type { PyDict } from '../python/value.js';
import type { TaskConfig } from './task-config.js';

/**
 * The column that names the cluster of a document (`metadata.cluster`, which lm-eval ignores): documents of one
 * cluster, such as questions about one passage, are not independent. Null where the task names none.
 */
export function clusterField(config: TaskConfig): string | null {
  const field = config.metadata['cluster'] ?? null;
  if (field === null || typeof field === 'string') return field;
  throw new SweepError(
    'BAD_TASK',
    `Expected \`metadata.cluster\` of the task ${config.task} to be the name of a column, got ${pyRepr(field)}.`,
  );
}

/** The cluster of a document, as a text. Throws SweepError where the column is missing. */
export function clusterOf(doc: PyDict, field: string, task: string): string {
  const value = Object.hasOwn(doc, field) ? doc[field] : undefined;
  if (value !== undefined) return pyRepr(value);
  throw new SweepError(
    'BAD_TASK',
    `Expected the column ${JSON.stringify(field)} that \`metadata.cluster\` of the task ${task} names; the columns of its data are ${Object.keys(doc).join(', ')}.`,
  );
}
