import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CompletedTrial } from '../../src/domain/summary.js';
import { describeMachine } from '../../src/machine/describe-machine.js';
import { machineIdentity } from '../../src/machine/roof.js';
import { keepMachineFacts } from '../../src/machine/roof-cache.js';
import { runCli } from '../helpers/cli.js';
import { writeSmallFamily } from '../helpers/small-family.js';

test('a trial tells its times, memory and share of a known roof, in the log as in the summary', async () => {
  const root = mkdtempSync(join(tmpdir(), 'telemetry-'));
  const small = await writeSmallFamily(root, { samples: 8 });
  const roofs = [1, 2].map((threads) => ({
    device: 'cpu',
    threads,
    flopsPerSecond: 1e11,
    bytesPerSecond: 1e10,
  }));
  const machine = machineIdentity(await describeMachine());
  keepMachineFacts(machine, { roofs, idleWatts: { cpu: 10 } }, join(root, 'machine.json'));
  const out = join(root, 'run');
  const flags = ['run', '--family', small.family, '--task', small.tasks, '--device', 'cpu', '--out', out];
  const { code } = await runCli(flags, '', { env: { SCALESWEEP_CACHE: root } });
  expect(code).toBe(0);

  const { run, trials } = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')) as {
    run: { facts: unknown };
    trials: CompletedTrial[];
  };
  expect(run.facts).toEqual({ roofs, idleWatts: { cpu: 10 } });
  for (const trial of trials) {
    expect(trial.timeMs?.runtime).toBeGreaterThan(0);
    expect(trial.mfu).toBeGreaterThan(0);
    expect(trial.mfu).toBeLessThan(1);
    expect(trial.mbu).toBeGreaterThan(0);
    expect(trial.prefixReuse).toBeGreaterThanOrEqual(0);
    expect(trial.paddingWaste).toBeGreaterThanOrEqual(0);
    expect(trial.loadMs).toBeGreaterThanOrEqual(0);
    if (process.platform === 'linux') expect(trial.memory.peakPssBytes).toBeGreaterThan(2 ** 20);
  }
  expect(trials.some(({ timeMs }) => (timeMs?.tokenizer ?? 0) > 0)).toBe(true);
  expect(trials.some(({ prefixReuse }) => (prefixReuse ?? 0) > 0.1)).toBe(true);

  const events = readFileSync(join(out, 'log.ndjson'), 'utf8').trim().split('\n');
  const logged = events.map((line) => JSON.parse(line) as CompletedTrial & { event: string });
  const completed = logged.filter(({ event }) => event === 'trial.completed');
  const byKey = new Map(trials.map((trial) => [trial.key, trial]));
  for (const { key, timeMs, mfu, memory } of completed) {
    expect({ timeMs, mfu, memory }).toEqual({
      timeMs: byKey.get(key)?.timeMs,
      mfu: byKey.get(key)?.mfu,
      memory: byKey.get(key)?.memory,
    });
  }
}, 120_000);
