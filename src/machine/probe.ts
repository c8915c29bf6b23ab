import { spawn } from 'node:child_process';
import { entryPoint } from '../files/entry-point.js';

/** What a trial in a child process showed. */
export type Probe = { readonly works: true } | { readonly works: false; readonly reason: string };

const TIMEOUT_MS = 60_000;

/** Tries `addon FILE`, `cpu`, `webgpu` or `cuda N` in a child process, so that a crash there is an answer and no more. */
export function probe(...subject: readonly string[]): Promise<Probe> {
  return probeWith([entryPoint(import.meta.url, './probe-child.js'), ...subject], TIMEOUT_MS);
}

/** The same with the child's arguments and the time it gets, in milliseconds. */
export function probeWith(args: readonly string[], timeoutMs: number): Promise<Probe> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    child.on('error', (error) => {
      resolve({ works: false, reason: `no child process could be started: ${error.message}` });
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(readAnswer(output, code, signal));
    });
  });
}

function readAnswer(
  { stdout, stderr }: { stdout: string; stderr: string },
  code: number | null,
  signal: NodeJS.Signals | null,
): Probe {
  const answer = /^\{"works":.*\}$/m.exec(stdout)?.[0];
  const said = answer === undefined ? null : (JSON.parse(answer) as Probe);
  if (said?.works === false) return { works: false, reason: `${said.reason}${missingLibrary(stderr)}` };
  if (signal !== null) return { works: false, reason: `the process that tried it was ended by ${signal}` };
  if (code === 0 && said !== null) return said;
  const lastLine = stderr.trim().split('\n').at(-1) ?? '';
  return { works: false, reason: `the process that tried it ended with code ${code}: ${lastLine}` };
}

/** The dynamic linker's complaint, which onnxruntime logs and leaves out of its error. */
function missingLibrary(stderr: string): string {
  const library = /([\w.+-]+\.so[\w.]*): cannot open shared object file/.exec(stderr)?.[1];
  return library === undefined ? '' : ` (${library} was not found)`;
}
