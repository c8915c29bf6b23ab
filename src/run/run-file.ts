import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Model } from '../domain/model.js';
import type { Task } from '../domain/task.js';
import type { Trial } from '../domain/trial.js';
import { JournalError, SweepError } from '../errors.js';
import { writeFileAtomic } from '../files/atomic-write.js';
import { makeDirectory } from '../files/make-directory.js';
import type { MachineFacts } from '../machine/roof-cache.js';
import type { ChunkLimits } from '../plan/chunks.js';
import type { Sweep } from '../spec/sweep.js';
import type { RuntimeChoices } from './runtime-choices.js';
import type { ChatTemplate } from '../task/chat/chat-template.js';

export const RUN_SCHEMA = 'scalesweep.sweep/1';

/** A model as a run remembers it. */
export interface RunModel extends Omit<Model, 'files' | 'tokenizerFile'> {
  /** sha256 (hex) by precision, over weights, configuration and tokenizer. */
  readonly digests: Readonly<Record<string, string>>;
}

/** A task at one number of shots as a run remembers it. */
export interface RunTask extends Omit<Task, 'defaultShots'> {
  readonly shots: number;
  readonly workload: string;
  readonly nSamples: number;
}

/** The conversation format of a run's prompts. */
export interface RunChat extends ChatTemplate {
  /** sha256 (hex) of the template's source. */
  readonly sha256: string;
  readonly asMultiturn: boolean;
}

/** `sweep.json`: what was asked, resolved, and everything needed to read the journal beside it. */
export interface RunHeader {
  readonly schema: typeof RUN_SCHEMA;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** When its answers were last scored again, ISO 8601, UTC; the journal knows it, sweep.json does not. */
  readonly rescoredAt?: string;
  readonly plan: string;
  readonly sweep: Sweep;
  /** Null where prompts are plain text; runs of earlier versions do not say. */
  readonly chat?: RunChat | null;
  /** The devices that `auto` stood for. */
  readonly devices: readonly string[];
  /** Worker threads on the CPU. */
  readonly workers: number;
  /** What the pieces are bound to in which large workloads are asked; runs of earlier versions asked them whole. */
  readonly chunks?: ChunkLimits;
  /** Threads and batch bounds by model, precision and device. */
  readonly runtime: RuntimeChoices;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, unknown>>;
  /** What was known of the machine's roofs and idle power; runs of earlier versions do not say. */
  readonly facts?: MachineFacts;
  readonly models: readonly RunModel[];
  readonly tasks: readonly RunTask[];
  readonly trials: readonly Trial[];
  readonly skipped: readonly { readonly trial: Trial; readonly code: string; readonly reason: string }[];
}

export const runPaths = (
  directory: string,
): { header: string; journal: string; log: string; summary: string } => ({
  header: join(directory, 'sweep.json'),
  journal: join(directory, 'journal.ndjson'),
  log: join(directory, 'log.ndjson'),
  summary: join(directory, 'summary.json'),
});

export function createRunDirectory(directory: string): void {
  try {
    makeDirectory(directory);
  } catch (error) {
    throw new SweepError(
      'RUN_DIRECTORY',
      `Expected to create the run directory ${directory}: ${String(error)}; choose another with --out`,
      { cause: error },
    );
  }
}

export async function writeRunHeader(directory: string, header: RunHeader): Promise<void> {
  await writeFileAtomic(runPaths(directory).header, `${JSON.stringify(header, null, 1)}\n`);
}

/** True where the directory holds a run already. */
export async function holdsRun(directory: string): Promise<boolean> {
  return stat(runPaths(directory).header).then(
    () => true,
    () => false,
  );
}

/** Reads sweep.json. Throws SweepError when it is missing, JournalError when it is no run of this version. */
export async function readRunHeader(directory: string): Promise<RunHeader> {
  const path = runPaths(directory).header;
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const why = missing ? 'there is none' : String(error);
    throw new SweepError(
      'NOT_A_RUN',
      `Expected ${directory} to be a run directory with a sweep.json, but ${why}`,
      {
        cause: error,
      },
    );
  });
  const header = parseHeader(path, text);
  const schema: string = header.schema;
  if (schema !== RUN_SCHEMA) {
    throw new JournalError(
      'RUN_SCHEMA',
      `Expected ${path} to be written as ${RUN_SCHEMA}, got ${schema}: use the version of scalesweep that began the run`,
    );
  }
  return header;
}

function parseHeader(path: string, text: string): RunHeader {
  try {
    return JSON.parse(text) as RunHeader;
  } catch (error) {
    throw new JournalError(
      'RUN_DAMAGED',
      `Expected ${path} to be JSON: ${String(error)}; restore it from a copy`,
      {
        cause: error,
      },
    );
  }
}
