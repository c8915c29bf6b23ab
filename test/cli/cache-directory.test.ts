import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { writeSmallFamily, type SmallFamily } from '../helpers/small-family.js';

let root = '';
let small: SmallFamily;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'scalesweep-cache-'));
  small = await writeSmallFamily(root);
  writeFileSync(join(root, 'file'), '');
});
afterAll(() => rmSync(root, { recursive: true }));

async function sweepWith(cache: string): Promise<{ code: number | null; stderr: string; events: string[] }> {
  const out = mkdtempSync(join(root, 'run-'));
  const args = ['run', '--family', small.family, '--task', small.tasks, '--out', out, '--device', 'cpu'];
  const env = { ...process.env, SCALESWEEP_CACHE: cache };
  const { code, stderr } = await runCli([...args, '--workers', '1'], '', { env });
  const lines = readFileSync(join(out, 'log.ndjson'), 'utf8').trim().split('\n');
  return { code, stderr, events: lines.map((line) => (JSON.parse(line) as { event: string }).event) };
}

const count = (events: readonly string[], wanted: string): number =>
  events.filter((event) => event === wanted).length;

test('a sweep whose cache cannot be written says so once and goes on', async () => {
  for (const cache of [join(root, 'file'), ...(existsSync('/proc/self') ? ['/proc/scalesweep'] : [])]) {
    const { code, stderr, events } = await sweepWith(cache);
    expect(code).toBe(0);
    expect(count(events, 'cache.unusable')).toBe(1);
    expect(stderr.match(/it cannot be written/g)).toHaveLength(1);
    expect(count(events, 'trial.failed')).toBe(0);
  }
}, 60_000);
