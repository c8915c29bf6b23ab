import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { processTreeCpuMs } from '../../src/machine/process-cpu.js';

const stat = (name: string, times: string): string =>
  `7 (${name}) R 1 7 7 0 -1 0 1 2 3 4 ${times} 20 0 1 0\n`;

test('own time, that of ended children and that of living ones are added', () => {
  const root = mkdtempSync(join(tmpdir(), 'proc-'));
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  write('proc/self/stat', stat('node', '100 20 3 4'));
  write('proc/8/stat', stat('odd) name (', '5 6 1000 1000'));
  expect(processTreeCpuMs([8, 9], root)).toBe((100 + 20 + 3 + 4 + 5 + 6) * 10);
  expect(processTreeCpuMs([], mkdtempSync(join(tmpdir(), 'no-proc-')))).toBeNull();
});

test.runIf(process.platform === 'linux')('a child counts while it lives and after it has ended', async () => {
  const before = processTreeCpuMs([]) ?? 0;
  const child = spawn(process.execPath, [
    '-e',
    'const used = () => { const { user, system } = process.cpuUsage(); return user + system; };' +
      'const end = used() + 3e5; while (used() < end);',
  ]);
  await new Promise((resolve) => child.once('exit', resolve));
  expect((processTreeCpuMs([]) ?? 0) - before).toBeGreaterThanOrEqual(290);
});
