import { fork, type ChildProcess } from 'node:child_process';
import { entryPoint } from '../files/entry-point.js';
import type { EngineSettings, FromEngine, ToEngine } from './protocol.js';

/** How an engine process ended that nobody asked to end. */
export interface ChildDeath {
  /** "ended by SIGKILL", "exited with code 134", ... as the predicate of a sentence. */
  readonly reason: string;
}

export interface ChildOptions extends EngineSettings {
  readonly silenceMs: number;
}

interface ChildEvents {
  readonly onMessage: (message: FromEngine) => void;
  /** Called once when it ends unasked. */
  readonly onDeath: (death: ChildDeath) => void;
}

const CLOSE_PATIENCE_MS = 600_000;

/** One run of an engine process. A process that falls silent is ended with SIGKILL. */
export class EngineChild {
  readonly #process: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #watch: NodeJS.Timeout;
  #lastHeard = performance.now();
  #verdict: string | null = null;
  #closing = false;
  #doubted = false;

  constructor(options: ChildOptions, events: ChildEvents) {
    const { device, workers, minDeadlineMs, programs, allowCpuNodes, affinity } = options;
    const settings: EngineSettings = { device, workers, minDeadlineMs, programs, allowCpuNodes, affinity };
    this.#process = fork(entryPoint(import.meta.url, './engine-process.js'), [JSON.stringify(settings)], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#process.on('message', (parcel: readonly FromEngine[]) => {
      this.#lastHeard = performance.now();
      this.#doubted = false;
      for (const message of parcel) events.onMessage(message);
    });
    this.#watch = setInterval(
      () => this.#listen(options.silenceMs),
      Math.min(1000, options.silenceMs),
    ).unref();
    this.#exited = new Promise((resolve) => {
      let isOver = false;
      const end = (reason: string): void => {
        if (isOver) return;
        isOver = true;
        clearInterval(this.#watch);
        resolve();
        if (!this.#closing) events.onDeath({ reason: this.#verdict ?? reason });
      };
      this.#process.once('exit', (code, signal) => end(describeExit(code, signal)));
      // A process that could not be started has no exit; a message to one that is gone is followed by its exit.
      this.#process.on('error', (error) => {
        if (this.#process.pid === undefined) end(`could not be started (${error.message})`);
      });
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  send(message: ToEngine): void {
    if (this.#process.connected) this.#process.send(message, () => undefined);
  }

  /** Ends the process at once; with a verdict, its death is reported with it. */
  kill(verdict?: string): void {
    if (verdict === undefined) this.#closing = true;
    else this.#verdict ??= `${verdict} and was ended`;
    this.#process.kill('SIGKILL');
  }

  /** Lets running batches finish, then ends the process. */
  async close(): Promise<void> {
    this.#closing = true;
    this.send({ type: 'close' });
    const impatience = setTimeout(() => this.#process.kill('SIGKILL'), CLOSE_PATIENCE_MS).unref();
    await this.#exited;
    clearTimeout(impatience);
  }

  // Asked twice: after a long step of our own, what it said meanwhile is heard between the first time and the second.
  #listen(silenceMs: number): void {
    const silence = performance.now() - this.#lastHeard;
    if (silence <= silenceMs || this.#verdict !== null) return;
    if (this.#doubted) this.kill(`was silent for ${Math.round(silence / 1000)} s`);
    this.#doubted = true;
  }
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exited with code ${code}` : `ended by ${signal}`;
}
