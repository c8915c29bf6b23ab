import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockRunDirectory } from '../../src/journal/lock.js';

const directory = (): string => mkdtempSync(join(tmpdir(), 'lock-'));

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '0']);
  await new Promise((resolve) => child.once('exit', resolve));
  return child.pid ?? 0;
}

test('a second run in a directory is refused while the first lives, with its pid', () => {
  const run = directory();
  const release = lockRunDirectory(run);
  expect(() => lockRunDirectory(run)).toThrow(`process ${process.pid} on ${hostname()} is writing it`);
  release();
  lockRunDirectory(run)();
  expect(existsSync(join(run, 'run.lock'))).toBe(false);
});

test('the lock of a process that died is taken over', async () => {
  const run = directory();
  const holder = { pid: await deadPid(), host: hostname(), startedAt: '1', token: 'x' };
  writeFileSync(join(run, 'run.lock'), JSON.stringify(holder));
  expect(() => lockRunDirectory(run)()).not.toThrow();
});

test('a pid that now belongs to another process does not hold the lock', () => {
  const run = directory();
  const holder = { pid: process.ppid, host: hostname(), startedAt: '1', token: 'x' };
  writeFileSync(join(run, 'run.lock'), JSON.stringify(holder));
  if (existsSync('/proc/self/stat')) expect(() => lockRunDirectory(run)()).not.toThrow();
});

test('a lock from another host is respected, because nobody here can know', () => {
  const run = directory();
  writeFileSync(
    join(run, 'run.lock'),
    JSON.stringify({ pid: 1, host: 'elsewhere', startedAt: null, token: 'x' }),
  );
  expect(() => lockRunDirectory(run)).toThrow('process 1 on elsewhere');
});
