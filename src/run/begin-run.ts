import { SweepError } from '../errors.js';
import { holdsRun, readRunHeader, writeRunHeader, type RunHeader } from './run-file.js';

/** Writes the header of a new run. Throws SweepError where the directory holds a run already. */
export async function beginRun(directory: string, header: RunHeader): Promise<RunHeader> {
  if (await holdsRun(directory)) {
    throw new SweepError(
      'RUN_EXISTS',
      `Expected ${directory} to be empty, but it holds a run: go on with it by --resume, or choose another directory with --out`,
    );
  }
  await writeRunHeader(directory, header);
  return header;
}

/**
 * The header of the run in a directory, which must have the plan that `now` has: the journal belongs to it, so models,
 * tasks and data must still be what they were. Throws SweepError with the names of what changed.
 */
export async function resumeRun(directory: string, now: RunHeader): Promise<RunHeader> {
  const begun = await readRunHeader(directory);
  if (begun.plan === now.plan) return begun;
  const changed = [...changedModels(begun, now), ...changedTasks(begun, now)];
  throw new SweepError(
    'RUN_CHANGED',
    `Expected to resume the sweep in ${directory}, but ${changed.length === 0 ? 'its plan' : changed.join(', ')} ` +
      `changed since it began: put back what changed, or start a new run with another --out`,
  );
}

function changedModels(begun: RunHeader, now: RunHeader): string[] {
  return begun.models
    .filter((model) => {
      const same = now.models.find(({ family, name }) => family === model.family && name === model.name);
      return JSON.stringify(same?.digests) !== JSON.stringify(model.digests);
    })
    .map(({ name }) => `model ${name}`);
}

function changedTasks(begun: RunHeader, now: RunHeader): string[] {
  return begun.tasks
    .filter((task) => {
      const same = now.tasks.find(({ name, shots }) => name === task.name && shots === task.shots);
      return same?.digest !== task.digest || same.workload !== task.workload;
    })
    .map(({ name }) => `task ${name}`);
}
