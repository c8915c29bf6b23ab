import type { BatchResult } from '../domain/engine.js';
import type { Response } from '../domain/request.js';
import { TextShelf } from './text-shelf.js';

const BLOCK = 4096;

/** Answers of so many requests in a row. A loglikelihood or the number of a text, tokens, and what it is (0: nothing yet). */
interface Block {
  readonly values: Float64Array;
  readonly tokens: Uint32Array;
  readonly kinds: Uint8Array;
}

const KIND = { other: 1, greedy: 2, rolling: 3, stop: 4, length: 5 } as const;

/** The answers to a trial's requests by their numbers, packed: 13 bytes each, and texts beyond a few megabytes on disk. */
export class Answers {
  readonly #blocks = new Map<number, Block>();
  readonly #texts = new TextShelf();

  /** Takes the answers of a batch in, or those of them that are wanted. */
  add(
    { requests, responses }: Pick<BatchResult, 'requests' | 'responses'>,
    isWanted: (request: number) => boolean = () => true,
  ): void {
    requests.forEach((request, position) => {
      const response = responses[position];
      if (response !== undefined && isWanted(request)) this.#set(request, response);
    });
  }

  /** The answer to a request; null where there is none. */
  at(request: number): Response | null {
    const block = this.#blocks.get(Math.floor(request / BLOCK));
    const index = request % BLOCK;
    const kind = block?.kinds[index] ?? 0;
    const value = block?.values[index] ?? Number.NaN;
    const nTokens = block?.tokens[index] ?? 0;
    switch (kind) {
      case 0:
        return null;
      case KIND.other:
      case KIND.greedy:
        return { kind: 'loglikelihood', loglikelihood: value, isGreedy: kind === KIND.greedy, nTokens };
      case KIND.rolling:
        return { kind: 'loglikelihood_rolling', loglikelihood: value, nTokens };
      default: {
        const ended = kind === KIND.stop ? 'stop' : 'length';
        return { kind: 'generate_until', text: this.#texts.at(value), nTokens, ended };
      }
    }
  }

  /** Forgets the answers to requests before this one, as far as that frees memory. */
  forgetBefore(request: number): void {
    for (const number of this.#blocks.keys()) {
      if ((number + 1) * BLOCK <= request) this.#blocks.delete(number);
    }
  }

  /** Frees what the answers hold beside memory; they are not asked for after that. */
  close(): void {
    this.#texts.close();
  }

  #set(request: number, response: Response): void {
    const number = Math.floor(request / BLOCK);
    const block = this.#blocks.get(number) ?? emptyBlock();
    this.#blocks.set(number, block);
    const index = request % BLOCK;
    block.tokens[index] = response.nTokens;
    if (response.kind === 'generate_until') {
      block.kinds[index] = KIND[response.ended];
      block.values[index] = this.#texts.push(response.text);
      return;
    }
    block.values[index] = response.loglikelihood;
    if (response.kind === 'loglikelihood_rolling') block.kinds[index] = KIND.rolling;
    else block.kinds[index] = response.isGreedy ? KIND.greedy : KIND.other;
  }
}

function emptyBlock(): Block {
  return {
    values: new Float64Array(BLOCK),
    tokens: new Uint32Array(BLOCK),
    kinds: new Uint8Array(BLOCK),
  };
}
