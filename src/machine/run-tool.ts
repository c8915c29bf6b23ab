import { execFile } from 'node:child_process';

const TIMEOUT_MS = 10_000;

/** Runs a tool of the system and returns its stdout, or null where it is absent, fails or takes longer than ten seconds. */
export type RunTool = (command: string, args: readonly string[]) => Promise<string | null>;

/** The real one. */
export const runTool: RunTool = (command, args) =>
  new Promise((resolve) => {
    execFile(command, args, { timeout: TIMEOUT_MS, encoding: 'utf8' }, (error, stdout) => {
      resolve(error === null ? stdout : null);
    });
  });
