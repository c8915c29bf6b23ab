import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const RUN = join(import.meta.dirname, '..', '..', 'native', 'fuzz', 'run.sh');
/** Executions of each target: about 20 s of one core under the sanitizers, after 10 to 20 s of compiling. */
const EXECUTIONS = { load: 30_000, encode: 100_000, split: 8000 };
/** What run.sh gives up after, three times: only a machine that stands still takes so long. */
const PATIENCE_MS = 900_000;

/** Why nothing is fuzzed here; null where it is. */
function reasonToSkip(): string | null {
  if (process.env['SCALESWEEP_FUZZ'] === undefined) {
    return 'it takes two minutes of processor time: SCALESWEEP_FUZZ=1, which .ci/run sets';
  }
  const { status, stderr, error } = spawnSync('bash', [RUN, '--check'], { encoding: 'utf8' });
  return status === 0 ? null : (error?.message ?? stderr.trim());
}

const reason = reasonToSkip();
const note = reason === null ? '' : ` (skipped: ${reason})`;

describe.skipIf(reason !== null).concurrent(`under AddressSanitizer and UBSan${note}`, () => {
  test.each(Object.entries(EXECUTIONS))(
    'libFuzzer finds nothing in %s',
    { timeout: PATIENCE_MS },
    async (target, executions) => {
      const env = { ...process.env, FUZZ_TIMEOUT: '120' };
      const options = { env, maxBuffer: 1 << 26 };
      const run = promisify(execFile)('bash', [RUN, '--runs', String(executions), target], options);
      const { stdout } = await run.catch((error: Error & { stdout: string; stderr: string }) => {
        throw new Error(`${error.message}\n${error.stdout}${error.stderr}`, { cause: error });
      });
      process.stdout.write(stdout);
      const done = Number(/number_of_executed_units: +(\d+)/.exec(stdout)?.[1]);
      expect(done).toBeGreaterThan(0);
    },
  );
});
