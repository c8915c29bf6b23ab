import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { writeSmallFamily } from '../helpers/small-family.js';

let root = '';
let model = '';

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'scalesweep-doctor-'));
  const { family } = await writeSmallFamily(root, { widths: [32], samples: 1 });
  model = join(family, 'small-32');
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

test('on this machine the CPU and the addon work, and every finding is in the JSON', async () => {
  const { code, stdout } = await runCli(['doctor', '--json']);
  const report = JSON.parse(stdout) as Record<string, unknown>;
  expect(report).toMatchObject({
    machine: { versions: { node: process.versions.node } },
    addon: { works: true },
    devices: expect.arrayContaining([{ device: 'cpu', works: true, reason: null, mend: null }]),
  });
  expect(code).toBe(0);
}, 60_000);

test('a tokenizer is described by path, size and special tokens', async () => {
  const { code, stdout } = await runCli(['doctor', '--tokenizer', model]);
  expect(stdout).toMatch(/path .*BPE/);
  expect(stdout).toMatch(/vocabulary +300 tokens/);
  expect(stdout).toContain('"<|endoftext|>" 0');
  expect(code).toBe(0);
});

test('a tokenizer that is not there is refused in one line', async () => {
  const { code, stdout, stderr } = await runCli(['doctor', '--tokenizer', join(root, 'nowhere')]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^scalesweep: .*nowhere.*\n$/);
});

test('a thing that cannot be set up is refused with what can be', async () => {
  const { code, stderr } = await runCli(['setup', 'rocm']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/rocm.*cuda/);
});
