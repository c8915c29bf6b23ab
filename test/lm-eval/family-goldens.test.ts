import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hashTask } from '../../src/lm-eval/sample-lines.js';
import { scoreWorkload } from '../../src/score/score-workload.js';
import { loadTasks } from '../../src/task/load-tasks.js';
import { prepareWorkload } from '../../src/task/prepare-workload.js';
import {
  firstFilter,
  readGolden,
  responsesOf,
  type GoldenRow,
  type GoldenTask,
} from '../helpers/lm-eval-golden.js';

interface Golden {
  readonly limit: number | null;
  readonly bootstrap_iters: number;
  readonly tasks: Readonly<Record<string, GoldenTask & { readonly file: string; readonly row: GoldenRow }>>;
}

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'test/fixtures/family');
const TASKS = join(ROOT, 'models/snowflake/tasks');
const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((file) => file.endsWith('.json.gz')) : [];

test.skipIf(files.length === 0 || !existsSync(TASKS))(
  'the shipped tasks ask and score what lm-eval asks and scores',
  async () => {
    for (const file of files) {
      const golden = readGolden(join(FOLDER, file)) as Golden;
      for (const [name, expected] of Object.entries(golden.tasks)) {
        const [task] = await loadTasks([join(TASKS, expected.file)], { includePaths: [] });
        if (task === undefined) throw new Error(`no task ${name}`);
        const workload = await prepareWorkload(task, {
          shots: expected.shots,
          limit: golden.limit,
          seed: 1234,
        });
        const answers = firstFilter(expected);
        const responses = [...workload.samples].map((sample, index) => {
          const answer = answers[index];
          if (answer === undefined) throw new Error(`no golden sample ${index} of ${name}`);
          return responsesOf(sample, answer);
        });
        const score = scoreWorkload(workload, responses, { bootstrapIterations: golden.bootstrap_iters });
        expect(hashTask({ workload }), `${file} ${name}`).toBe(expected.task_hash);
        for (const { metric, filter, value, isLmEvalStderr } of score.aggregated) {
          const wanted = expected.row[`${metric},${filter}`];
          if (typeof wanted !== 'number') continue;
          expect(
            Math.abs(value.value - wanted) / Math.max(1, Math.abs(wanted)),
            `${name} ${metric}`,
          ).toBeLessThan(1e-9);
          const stderr = expected.row[`${metric}_stderr,${filter}`];
          if (typeof stderr !== 'number' || !isLmEvalStderr) continue;
          expect(
            Math.abs((value.stderr ?? 0) - stderr) / Math.max(1, stderr),
            `${name} ${metric} stderr`,
          ).toBeLessThan(1e-9);
        }
      }
    }
  },
);
