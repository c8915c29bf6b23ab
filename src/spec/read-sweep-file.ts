import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { SweepError } from '../errors.js';

/** Fields whose values may be paths, which a sweep file gives relative to itself. */
const PATH_FIELDS = ['families', 'includePaths', 'tasks'] as const;

/** Reads a sweep's YAML (or JSON) file as plain fields. Throws SweepError naming the file and line. */
export async function readSweepFile(path: string): Promise<Record<string, unknown>> {
  const source = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new SweepError('NO_SWEEP_FILE', `Expected a sweep file at ${path}: ${String(error)}`, {
      cause: error,
    });
  });
  const document = parseDocument(source);
  const problem = document.errors[0];
  if (problem !== undefined) {
    throw new SweepError(
      'INVALID_YAML',
      `Expected ${path} to be YAML: ${problem.message.split('\n')[0] ?? ''}`,
    );
  }
  const fields: unknown = document.toJS();
  if (fields === null || typeof fields !== 'object' || Array.isArray(fields)) {
    throw new SweepError(
      'INVALID_YAML',
      `Expected ${path} to hold fields such as \`families:\` and \`tasks:\``,
    );
  }
  return relativeTo(dirname(path), fields as Record<string, unknown>);
}

function relativeTo(directory: string, fields: Record<string, unknown>): Record<string, unknown> {
  const resolved = { ...fields };
  for (const field of PATH_FIELDS) {
    const value = fields[field];
    const values = Array.isArray(value) ? (value as unknown[]) : [value];
    const located = values.map((entry) => (looksLikePath(field, entry) ? resolve(directory, entry) : entry));
    if (value !== undefined) resolved[field] = located;
  }
  return resolved;
}

/** A task may also be a name: only what has a slash or a file's ending is a path. */
function looksLikePath(field: string, entry: unknown): entry is string {
  if (typeof entry !== 'string' || isAbsolute(entry)) return false;
  return field !== 'tasks' || /[\\/]|\.(ya?ml|json)$/.test(entry);
}
