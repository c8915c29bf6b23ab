import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CurveInput, CurvePoint, ItemScore } from '../../src/analysis/points.js';

const FOLDER = join(import.meta.dirname, '../fixtures/scaling');

/** Where a fixture of published numbers lies. */
export const fixturePath = (name: string): string => join(FOLDER, name);

/** The rows of a CSV fixture without quoted fields, by column name. */
export function readFixture(name: string): Record<string, string>[] {
  const bytes = readFileSync(join(FOLDER, name));
  const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trim();
  const [header = '', ...lines] = text.split(/\r?\n/);
  const columns = header.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? '']));
  });
}

/** BIG-bench tasks over the BIG-G models, with items where the file holds them in one order. */
export function bigBenchCurves(withItems = true): (CurveInput & { readonly label: string })[] {
  const items = JSON.parse(
    gunzipSync(readFileSync(join(FOLDER, 'bigbench_bigg_3shot_items.json.gz'))).toString('utf8'),
  ) as { tasks: Record<string, { aligned: boolean; correct: Record<string, string> }> };
  const rows = readFixture('bigbench_bigg_3shot.csv');
  const tasks = [...new Set(rows.map((row) => row['task'] ?? ''))];
  return tasks.map((task) => {
    const mine = rows.filter((row) => row['task'] === task);
    const aligned = withItems && items.tasks[task]?.aligned === true;
    return {
      family: 'BIG-G',
      task,
      shots: 3,
      metric: mine[0]?.['metric'] ?? '',
      axis: 'non-embedding',
      higherIsBetter: true,
      label: mine[0]?.['wei_class'] ?? '',
      points: mine.map((row): CurvePoint => {
        const correct = items.tasks[task]?.correct[row['model_size'] ?? ''];
        return {
          scale: row['model_size'] ?? '',
          nParams: Number(row['non_embedding_params']),
          nParamsNonEmbedding: Number(row['non_embedding_params']),
          trainingTokens: null,
          seed: null,
          value: Number(row['score']),
          stderr: null,
          n: Number(row['n_items']),
          chance: Number(row['random_baseline']),
          ...(aligned && correct !== undefined ? { items: itemsOf(correct) } : {}),
        };
      }),
    };
  });
}

function itemsOf(correct: string): ItemScore[] {
  return correct.split('').map((digit, item) => ({ item, value: Number(digit) }));
}
