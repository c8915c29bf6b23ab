import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, type CliResult } from '../helpers/cli.js';
import { commitOf, startHub, type HubServer } from '../helpers/hub-server.js';
import { writeSmallFamily, type SmallFamily } from '../helpers/small-family.js';

const root = mkdtempSync(join(tmpdir(), 'hub-data-'));
const TASK = `task: from_the_hub
dataset_path: org/words
dataset_name: plain
test_split: test
output_type: multiple_choice
doc_to_text: "{{q}}"
doc_to_choice: [" a", " b"]
doc_to_target: gold
`;
const rows = Array.from({ length: 6 }, (_, i) => JSON.stringify({ q: `snow ${i}`, gold: i % 2 })).join('\n');

let small: SmallFamily;
let hub: HubServer;
beforeAll(async () => {
  small = await writeSmallFamily(root, { samples: 2, widths: [32] });
  mkdirSync(join(root, 'hub-tasks'));
  writeFileSync(join(root, 'hub-tasks', 'task.yaml'), TASK);
  const card =
    '---\nconfigs:\n- config_name: plain\n  data_files:\n  - split: test\n    path: rows.jsonl\n---\n';
  hub = await startHub([
    { name: 'org/words', revisions: { main: { 'README.md': card, 'rows.jsonl': `${rows}\n` } } },
  ]);
});
afterAll(() => hub.close());

function run(out: string, environment: Record<string, string>): Promise<CliResult> {
  const task = join(root, 'hub-tasks', 'task.yaml');
  const args = ['run', '--family', small.family, '--task', task, '--device', 'cpu', '--out', join(root, out)];
  const env = {
    HF_ENDPOINT: hub.endpoint,
    HF_HUB_CACHE: join(root, 'cache'),
    HF_HUB_OFFLINE: '0',
    ...environment,
  };
  return runCli(args, '', { env });
}

test('a sweep over a data set of the hub records its commit, and runs again from the cache', async () => {
  expect((await run('online', {})).stderr).toContain('1 trials completed');
  const { tasks, trials } = JSON.parse(readFileSync(join(root, 'online', 'sweep.json'), 'utf8')) as {
    tasks: { dataset: unknown }[];
    trials: unknown;
  };
  expect(tasks[0]?.dataset).toEqual({ name: 'org/words', config: 'plain', revision: commitOf('main') });
  hub.requests.length = 0;
  expect((await run('offline', { HF_HUB_OFFLINE: '1' })).code).toBe(0);
  expect(hub.requests).toEqual([]);
  const again = JSON.parse(readFileSync(join(root, 'offline', 'sweep.json'), 'utf8')) as { trials: unknown };
  expect(again.trials).toEqual(trials);
});

test('without hub and cache the sweep is refused with what to do', async () => {
  const { code, stderr } = await run('nothing', { HF_HUB_OFFLINE: '1', HF_HUB_CACHE: join(root, 'empty') });
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^scalesweep: Expected the data set org\/words \(revision main\) in .*empty, since HF_HUB_OFFLINE is set/,
  );
});
