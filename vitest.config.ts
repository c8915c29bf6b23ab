import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests of processes and workers run what ships: dist/, built by `npm test` before vitest starts.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    // No test asks the real hub, or fills the user's own cache.
    env: { HF_HUB_OFFLINE: '1', SCALESWEEP_CACHE: join(tmpdir(), 'scalesweep-tests') },
  },
});
