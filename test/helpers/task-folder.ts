import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { TaskDefinition } from '../../src/task/load-tasks.js';
import { loadTasks } from '../../src/task/load-tasks.js';

/** A temporary folder with these files, removed when the test ends. */
export function taskFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tasks-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** Rows of a small multiple-choice data set. */
export const ROWS = ['one', 'two', 'three', 'four', 'five', 'six']
  .map((word, index) => JSON.stringify({ q: word, options: ['a', 'b'], gold: index % 2 }))
  .join('\n');

/** A task file over `rows.jsonl`; `more` is added to its fields. */
export function choiceTask(name: string, more = ''): string {
  return [
    `task: ${name}`,
    'dataset_path: json',
    'dataset_kwargs: { data_files: { test: rows.jsonl } }',
    'test_split: test',
    'output_type: multiple_choice',
    'doc_to_text: "{{q}}?"',
    'doc_to_choice: options',
    'doc_to_target: gold',
    more,
  ].join('\n');
}

/** The only task of a folder with one task file and rows. */
export async function onlyTask(yaml: string, rows = ROWS): Promise<TaskDefinition> {
  const folder = taskFolder({ 'task.yaml': yaml, 'rows.jsonl': rows });
  const [task] = await loadTasks([join(folder, 'task.yaml')], { includePaths: [] });
  if (task === undefined) throw new Error('no task');
  return task;
}
