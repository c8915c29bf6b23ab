import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLI } from '../helpers/cli.js';
import { writeSmallFamily } from '../helpers/small-family.js';

/** util-linux's `script` gives a program a terminal. */
const SCRIPT = '/usr/bin/script';

test.runIf(existsSync(SCRIPT))('a terminal shows a bar with shares, trials and the time left', async () => {
  const root = mkdtempSync(join(tmpdir(), 'progress-'));
  const { family, tasks } = await writeSmallFamily(root, { samples: 6 });
  const command = `${process.execPath} ${CLI} run --family ${family} --task '${tasks}' --device cpu --out ${join(root, 'run')}`;
  const shown = execFileSync(SCRIPT, ['-qec', command, '/dev/null'], { encoding: 'utf8' });
  expect(shown).toContain('2 models x 4 tasks = 8 trials on cpu');
  expect(shown).toMatch(/\d+% {2}8\/8 trials {2}0s left/);
  expect(shown).not.toMatch(/[{}]/);
});
