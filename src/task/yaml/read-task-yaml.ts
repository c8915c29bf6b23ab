import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { SweepError } from '../../errors.js';
import { parseYaml } from './parse-yaml.js';

/** A task or group file with its includes merged in. */
export interface TaskYaml {
  /** Absolute path. */
  readonly file: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Every file read: the file itself and its includes. */
  readonly files: readonly string[];
}

/**
 * Reads a YAML file and its `include`s. Fields are merged as a whole, never deeply: later includes win over
 * earlier ones, and the file's own fields over all. `task_list` is not inherited. Cycles are an error.
 */
export async function readTaskYaml(path: string): Promise<TaskYaml> {
  const file = resolve(path);
  const seen: string[] = [];
  const fields = await readMerged(file, seen);
  return { file, fields, files: seen };
}

async function readMerged(file: string, seen: string[]): Promise<Record<string, unknown>> {
  if (seen.includes(file)) {
    throw new SweepError(
      'INCLUDE_CYCLE',
      `Expected includes without a cycle, but ${file} is included twice from ${seen[0] ?? file}.`,
    );
  }
  seen.push(file);
  const { include, ...own } = await readOne(file);
  const merged: Record<string, unknown> = {};
  for (const target of includesOf(include, file)) {
    const path = isAbsolute(target) ? target : resolve(dirname(file), target);
    const { task_list: _, ...inherited } = await readMerged(path, seen);
    Object.assign(merged, inherited);
  }
  return Object.assign(merged, own);
}

async function readOne(file: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new SweepError('NO_TASK_FILE', `Expected a readable task file at ${file}: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
  const value = parseYaml(text, file);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SweepError(
      'BAD_TASK_FILE',
      `Expected fields (a YAML mapping) in ${file}, got ${Array.isArray(value) ? 'a list' : String(value)}.`,
    );
  }
  return value as Record<string, unknown>;
}

function includesOf(include: unknown, file: string): string[] {
  if (include === undefined || include === null) return [];
  const list: unknown[] = Array.isArray(include) ? include : [include];
  return list.map((target) => {
    if (typeof target === 'string') return target;
    throw new SweepError(
      'BAD_TASK_FILE',
      `Expected \`include\` to name files in ${file}, got ${JSON.stringify(target)}.`,
    );
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
