import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const TINY_ADDON = `#include <node_api.h>
NAPI_MODULE_INIT() {
  napi_value answer;
  napi_create_int32(env, 42, &answer);
  napi_set_named_property(env, exports, "answer", answer);
  return exports;
}
`;
const BINDING = {
  targets: [{ target_name: 'tokenizer', sources: ['native/addon.c'], defines: ['NAPI_VERSION=8'] }],
};

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scalesweep-build-'));
  mkdirSync(join(root, 'native'));
  mkdirSync(join(root, 'tools'));
  cpSync(join(ROOT, 'native', 'build.mjs'), join(root, 'native', 'build.mjs'));
  writeFileSync(join(root, 'native', 'addon.c'), TINY_ADDON);
  writeFileSync(join(root, 'binding.gyp'), JSON.stringify(BINDING));
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function build(args: readonly string[] = [], env: NodeJS.ProcessEnv = process.env) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'native', 'build.mjs'), ...args],
    { cwd: tmpdir(), env, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

/** A PATH on which only these programs exist, each of which does nothing and succeeds. */
function pathWith(programs: readonly string[]): NodeJS.ProcessEnv {
  for (const program of programs) {
    writeFileSync(join(root, 'tools', program), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  }
  return { PATH: join(root, 'tools') };
}

test.skipIf(process.platform === 'win32')(
  'a missing compiler gives one sentence that names what installs it',
  () => {
    const { status, stdout, stderr } = build([], pathWith(['make', 'python3']));
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain('but the compiler g++ was not found on the PATH');
    expect(stderr).toMatch(
      process.platform === 'linux' ? /apt-get install g\+\+ make python3/ : /xcode-select/,
    );
  },
);

test.skipIf(process.platform === 'win32')('every missing tool is named, the ones present are not', () => {
  const { status, stderr } = build([], pathWith(['g++']));
  expect(status).toBe(1);
  expect(stderr).toContain('but make and python3 were not found on the PATH');
});

test('the addon is built with the headers at hand, loaded by --check, and not built again while it is fresh', () => {
  const first = build(['--check']);
  expect(first.stderr).toBe('');
  expect(first.stdout).toMatch(/built in [\d.]+ s\n.*loads, exports answer\n$/);
  expect(existsSync(join(root, 'build', 'node-gyp.log'))).toBe(true);

  // Without any tool a second build would fail: it must find nothing to do.
  expect(build([], pathWith([]))).toEqual({ status: 0, stdout: '', stderr: '' });

  const later = new Date(Date.now() + 60_000);
  utimesSync(join(root, 'native', 'addon.c'), later, later);
  expect(build([], pathWith([])).status).toBe(1);
}, 60_000);

test('a build that was made for another platform is made again', () => {
  const release = join(root, 'build', 'Release');
  mkdirSync(release, { recursive: true });
  writeFileSync(join(release, 'tokenizer.node'), 'not a shared library');
  const later = new Date(Date.now() + 60_000);
  utimesSync(join(release, 'tokenizer.node'), later, later);
  const { status, stderr } = build([], pathWith([]));
  expect(status).toBe(1);
  expect(stderr).toContain('were not found on the PATH');
});

test('an error in the source fails with the end of the log and where the rest is', () => {
  writeFileSync(join(root, 'native', 'addon.c'), 'this is not C\n');
  const { status, stderr } = build();
  expect(status).toBe(1);
  expect(stderr).toContain('addon.c');
  expect(stderr).toContain(`the whole of it in ${join(root, 'build', 'node-gyp.log')}`);
}, 60_000);
