import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/** The compiled command line. */
export const CLI = resolve(import.meta.dirname, '../../dist/cli/main.js');

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly result: Promise<CliResult>;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Shell commands run first in the same process, such as "ulimit -f 8". */
  readonly shell?: string;
}

/** Starts `scalesweep` with arguments, as a user's shell would: in a process group of its own. */
export function startCli(args: readonly string[], options: CliOptions = {}): CliProcess {
  const program = [process.execPath, CLI, ...args];
  const [command = '', ...rest] =
    options.shell === undefined ? program : ['bash', '-c', `${options.shell}; exec "$0" "$@"`, ...program];
  const child = spawn(command, rest, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const result = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    ...output,
  }));
  return { child, pid: child.pid ?? 0, result };
}

/** Runs `scalesweep` to its end; `input` goes to stdin. */
export async function runCli(
  args: readonly string[],
  input = '',
  options: CliOptions = {},
): Promise<CliResult> {
  const { child, result } = startCli(args, options);
  child.stdin?.end(input);
  return result;
}
