import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { writeSmallFamily } from '../helpers/small-family.js';

const root = mkdtempSync(join(tmpdir(), 'precisions-'));
const PRECISIONS = ['fp32', 'fp16', 'int8', 'q4'];

interface Trial {
  readonly precision: string;
  readonly state: string;
  readonly task: string;
  readonly n: number;
}

test(
  'the files of four precisions are an axis of one sweep, and its report compares them',
  { timeout: 300_000 },
  async () => {
    const { tasks } = await writeSmallFamily(root, { samples: 6 });
    const [family, out] = [join(root, 'family'), join(root, 'run')];
    const precisions = PRECISIONS.join(',');
    const size = ['--params', '100k', '--vocab', '300', '--context', '256'];
    const built = await runCli(['models', 'build', ...size, '--precision', precisions, '-o', family]);
    expect(built.code).toBe(0);
    const swept = await runCli([
      'run',
      '--family',
      family,
      '--task',
      tasks,
      '--precision',
      precisions,
      '--device',
      'cpu',
      '--out',
      out,
    ]);
    expect(swept.stderr).toContain('16 trials completed, 0 failed');
    const { trials } = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')) as { trials: Trial[] };
    const counts = PRECISIONS.map(
      (precision) => trials.filter((trial) => trial.precision === precision && trial.n === 6).length,
    );
    expect(counts).toEqual([4, 4, 4, 4]);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('What other precisions change');
  },
);
