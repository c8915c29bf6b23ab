import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { measureMachineRoofs } from '../../src/bench/machine-roofs.js';
import { describeMachine } from '../../src/machine/describe-machine.js';
import { machineIdentity } from '../../src/machine/roof.js';
import { readMachineFacts, roofFor } from '../../src/machine/roof-cache.js';

test('roofs of a machine are measured once and kept for it', async () => {
  vi.stubEnv('SCALESWEEP_CACHE', mkdtempSync(join(tmpdir(), 'roofs-')));
  const measured = await measureMachineRoofs(['cpu'], 0.01);
  expect(roofFor(measured, 'cpu', 1)?.flopsPerSecond).toBeGreaterThan(1e8);
  expect(roofFor(measured, 'cpu', 1)?.bytesPerSecond).toBeGreaterThan(1e8);
  expect(readMachineFacts(machineIdentity(await describeMachine()))).toEqual(measured);
  vi.unstubAllEnvs();
}, 120_000);
