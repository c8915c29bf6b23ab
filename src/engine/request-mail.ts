import type { TextRequest } from '../domain/request.js';

type Requests = readonly TextRequest[];

/** Asks the conductor for a workload's requests, once while the answer is on its way. */
export class RequestMail {
  readonly #ask: (key: string, workloadId: string) => void;
  readonly #waiting = new Map<string, ((requests: Requests) => void)[]>();

  constructor(ask: (key: string, workloadId: string) => void) {
    this.#ask = ask;
  }

  /** The requests of a workload; `key` names a trial that asks them. */
  async request(key: string, workloadId: string): Promise<Requests> {
    return await new Promise((resolve) => {
      const waiting = this.#waiting.get(workloadId);
      if (waiting !== undefined) {
        waiting.push(resolve);
        return;
      }
      this.#waiting.set(workloadId, [resolve]);
      this.#ask(key, workloadId);
    });
  }

  /** Hands an answer to everyone who waits for it. */
  deliver(workloadId: string, requests: Requests): void {
    const waiting = this.#waiting.get(workloadId) ?? [];
    this.#waiting.delete(workloadId);
    for (const resolve of waiting) resolve(requests);
  }
}
