import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cacheObstacle } from '../../src/files/cache-directory.js';
import { makeDirectory } from '../../src/files/make-directory.js';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'scalesweep-directory-'));
});
afterAll(() => rmSync(root, { recursive: true }));

test('directories are made with those above them, and left alone where they are', () => {
  const deep = join(root, 'a', 'b', 'c');
  makeDirectory(deep);
  writeFileSync(join(deep, 'kept'), '');
  makeDirectory(deep);
  expect(statSync(join(deep, 'kept')).isFile()).toBe(true);
});

test('a file in the place of a directory, or above it, is an error', () => {
  const file = join(root, 'file');
  writeFileSync(file, '');
  expect(() => makeDirectory(file)).toThrow(/EEXIST/);
  expect(() => makeDirectory(join(file, 'below'))).toThrow(/ENOTDIR/);
});

// Node's own recursive mkdir turns for ever here: the parent is there, and the answer is ENOENT all the same.
test.runIf(existsSync('/proc/self'))('a place that takes no directories is an error at once', () => {
  expect(() => makeDirectory('/proc/scalesweep/programs')).toThrow(/ENOENT/);
});

test('a cache directory that cannot be written says so, with the way out', () => {
  const file = join(root, 'no-directory');
  writeFileSync(file, '');
  expect(cacheObstacle(file)).toContain('set SCALESWEEP_CACHE to another directory');
  const usable = join(root, 'usable');
  mkdirSync(usable);
  expect(cacheObstacle(usable)).toBeNull();
  expect(cacheObstacle(join(usable, 'new'))).toBeNull();
});
