import { fork, type ChildProcess } from 'node:child_process';
import { TrialError } from '../errors.js';
import { entryPoint } from '../files/entry-point.js';
import type { BenchReply, BenchRequest, ReplyTo } from './bench-protocol.js';

/** A child process that holds one model. Every failure of it is a TrialError. */
export class BenchProcess {
  readonly #child: ChildProcess;
  #waiting: { resolve: (reply: BenchReply) => void; reject: (error: Error) => void } | null = null;
  #end: string | null = null;
  #stderr = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-2000);
    });
    child.on('message', (reply: BenchReply) => {
      const waiting = this.#waiting;
      this.#waiting = null;
      waiting?.resolve(reply);
    });
    child.on('exit', (code, signal) => this.#ended(signal === null ? `code ${code}` : `signal ${signal}`));
    child.on('error', (error) => this.#ended(error.message));
  }

  static start(): BenchProcess {
    const child = fork(entryPoint(import.meta.url, './bench-child.js'), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
    });
    return new BenchProcess(child);
  }

  /** Sends a request and waits for its answer; past `timeoutMs` the process is killed. One at a time. */
  async ask<Request extends BenchRequest>(
    request: Request,
    timeoutMs: number,
  ): Promise<ReplyTo<Request['kind']>> {
    if (this.#end !== null) throw this.#failure();
    let timer: NodeJS.Timeout | undefined;
    const reply = await new Promise<BenchReply>((resolve, reject) => {
      this.#waiting = { resolve, reject };
      timer = setTimeout(() => {
        this.#end = `no answer for ${Math.round(timeoutMs / 1000)} s`;
        this.kill();
        reject(this.#failure());
      }, timeoutMs);
      this.#child.send(request);
    }).finally(() => clearTimeout(timer));
    if (reply.kind === 'failed') throw new TrialError(reply.code, reply.reason);
    return reply as ReplyTo<Request['kind']>;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Lets the process end, and waits for it. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.kill();
    await ended;
  }

  #ended(how: string): void {
    this.#end ??= how;
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(this.#failure());
  }

  #failure(): TrialError {
    const said = this.#stderr.trim().split('\n').at(-1) ?? '';
    const memory = this.#end === 'signal SIGKILL' ? '; the system may have been out of memory' : '';
    return new TrialError(
      'PROCESS_ENDED',
      `The model's process ended (${this.#end ?? 'unknown'})${memory}${said === '' ? '' : `: ${said}`}`,
    );
  }
}
