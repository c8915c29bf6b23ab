import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** summary.json of a run. */
export function readSummary(directory: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(directory, 'summary.json'), 'utf8')) as Record<string, unknown>;
}

/** Fields of a trial that say how long something took or how much memory was there: no two runs agree on them. */
const MEASURED = new Set(
  'throughput latencyMs memory energyJ energyAboveIdleJ gpu timeMs loadMs prefixReuse mfu mbu'.split(' '),
);

/** What two runs of the same sweep must agree on, byte for byte: everything but timings, the time of day and the checkout's commit. */
export function withoutTimings(summary: Readonly<Record<string, unknown>>): string {
  const {
    startedAt: _startedAt,
    machine: _machine,
    facts: _facts,
    ...run
  } = summary['run'] as Record<string, unknown>;
  const trials = (summary['trials'] as Record<string, unknown>[]).map((trial) =>
    Object.fromEntries(Object.entries(trial).filter(([name]) => !MEASURED.has(name))),
  );
  return JSON.stringify({ ...summary, run, trials }, null, 1);
}
