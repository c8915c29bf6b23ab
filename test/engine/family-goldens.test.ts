import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Response } from '../../src/domain/request.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { loadTasks } from '../../src/task/load-tasks.js';
import { prepareWorkload } from '../../src/task/prepare-workload.js';
import {
  firstFilter,
  readGolden,
  responsesOf,
  type GoldenRow,
  type GoldenTask,
} from '../helpers/lm-eval-golden.js';
import { record, tinyJob } from '../helpers/tiny-jobs.js';

interface Golden {
  readonly model: string;
  readonly limit: number | null;
  readonly tasks: Readonly<Record<string, GoldenTask & { readonly file: string; readonly row: GoldenRow }>>;
}

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'test/fixtures/family');
const FAMILY = join(ROOT, 'models/snowflake');
const goldens = (existsSync(FOLDER) ? readdirSync(FOLDER) : [])
  .filter((file) => file.endsWith('.json.gz'))
  .map((file) => readGolden(join(FOLDER, file)) as Golden)
  .filter(({ model }) => existsSync(join(FAMILY, model)));

let engine: Awaited<ReturnType<typeof openEngine>> | null = null;
beforeAll(async () => {
  if (goldens.length > 0) engine = await openEngine({ device: 'cpu', workers: 1, programs: true });
});
afterAll(async () => {
  await engine?.close();
});

async function answersOf(golden: Golden, name: string): Promise<{ got: Response[]; expected: Response[] }> {
  const task = golden.tasks[name];
  const [loaded] = await loadTasks([join(FAMILY, 'tasks', task?.file ?? '')], { includePaths: [] });
  if (task === undefined || loaded === undefined || engine === null) throw new Error(`no task ${name}`);
  const workload = await prepareWorkload(loaded, { shots: task.shots, limit: golden.limit, seed: 1234 });
  const samples = firstFilter(task);
  const expected = workload.samples.flatMap((sample, index) => {
    const answer = samples[index];
    return answer === undefined ? [] : responsesOf(sample, answer);
  });
  const directory = join(FAMILY, golden.model);
  const modelFile =
    [join(directory, 'model.onnx'), join(directory, 'onnx/model.onnx')].find(existsSync) ?? '';
  const job = tinyJob(
    workload.samples.flatMap(({ requests }) => requests),
    {
      key: `${golden.model} ${name}`,
      modelDirectory: directory,
      modelFile,
      tokenizerFile: join(directory, 'tokenizer.json'),
    },
  );
  const { responses } = await record(engine, job);
  return { got: responses.filter((response) => response !== undefined), expected };
}

test.skipIf(goldens.length === 0)(
  'two scales answer as the same weights do in PyTorch under real lm-eval',
  async () => {
    for (const golden of goldens) {
      for (const name of Object.keys(golden.tasks)) {
        const { got, expected } = await answersOf(golden, name);
        expect(got.length, name).toBe(expected.length);
        got.forEach((response, index) => {
          const wanted = expected[index];
          const where = `${golden.model} ${name} request ${index}`;
          if (response.kind === 'generate_until') {
            expect(response.text, where).toBe(wanted?.kind === 'generate_until' ? wanted.text : null);
          } else if (wanted?.kind === 'loglikelihood' || wanted?.kind === 'loglikelihood_rolling') {
            expect(Math.abs(response.loglikelihood - wanted.loglikelihood), where).toBeLessThan(1e-3);
          }
        });
      }
    }
  },
);
