import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TextRequest } from '../domain/request.js';
import { TrialError } from '../errors.js';
import { encodeRequests, type TokenRequest } from '../session/encode-requests.js';
import { layOut } from '../session/layout.js';
import type { LayoutLimits } from '../session/layout-limits.js';
import type { ModelSettings } from '../session/model-settings.js';
import type { BatchEncoder } from '../session/text-codec.js';
import { packBatch, type PackedBatch } from './packed-batch.js';

const CHUNK = 256;
const KEPT_BYTES = 512 << 20;

/** How a trial's requests are cut into batches, ready to be sent. */
export interface PackedLayout {
  readonly batches: readonly PackedBatch[];
  /** That of the layout. */
  readonly digest: string;
}

/** A workload in one tokenizer's ids, with its layouts: made once, used by every model that shares the tokenizer. */
interface Encoded {
  readonly requests: readonly TokenRequest[];
  readonly highestId: number;
  readonly layouts: Map<string, PackedLayout>;
  readonly bytes: number;
}

/** What identifies an encoding. */
export interface EncodingKey {
  readonly tokenizerDigest: string;
  readonly workloadId: string;
  readonly settings: ModelSettings;
}

/** Keeps encoded workloads, those used longest ago going first. */
export class WorkloadStore {
  readonly #kept = new Map<string, Promise<Encoded>>();
  #last: Promise<unknown> = Promise.resolve();

  /** The encoding, made from what `load` gives if it is not kept; other work of this thread goes on meanwhile. */
  async encoded(
    key: EncodingKey,
    load: () => Promise<{ requests: readonly TextRequest[]; codec: BatchEncoder }>,
  ): Promise<Encoded> {
    const name = nameOf(key);
    const known = this.#kept.get(name);
    this.#kept.delete(name);
    const encoded =
      known ??
      load().then(({ requests, codec }) =>
        this.#afterOthers(() => encodeInTurns(requests, codec, key.settings)),
      );
    this.#kept.set(name, encoded);
    encoded.catch(() => this.#kept.delete(name));
    if (known === undefined) encoded.then(() => this.#makeRoom()).catch(() => undefined);
    return await encoded;
  }

  /** Lets an encoding go that nobody will ask for soon. */
  forget(key: EncodingKey): void {
    this.#kept.delete(nameOf(key));
  }

  // Of several workloads that came at once, each in pieces in turn would keep the workers waiting for all of them; the turn between
  // two is for the batches of the first.
  async #afterOthers<T>(encode: () => Promise<T>): Promise<T> {
    const encoded = this.#last.then(() => nextTurn()).then(encode);
    this.#last = encoded.catch(() => undefined);
    return await encoded;
  }

  async #makeRoom(): Promise<void> {
    const entries = await Promise.all(
      [...this.#kept].map(async ([name, made]) => ({ name, bytes: (await made).bytes })),
    );
    let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { name, bytes } of entries.slice(0, -1)) {
      if (total <= KEPT_BYTES) return;
      this.#kept.delete(name);
      total -= bytes;
    }
  }
}

function nameOf({ tokenizerDigest, workloadId, settings }: EncodingKey): string {
  return JSON.stringify([tokenizerDigest, workloadId, settings.prefixToken, settings.prefixText]);
}

/** The batches of an encoded workload for one model's limits. Throws TrialError where ids are beyond its vocabulary. */
export function layoutOf(
  encoded: Encoded,
  limits: LayoutLimits,
  { vocabularySize, modelFile }: { vocabularySize: number | null; modelFile: string },
): PackedLayout {
  if (vocabularySize !== null && encoded.highestId >= vocabularySize) {
    throw new TrialError(
      'TOKEN_BEYOND_VOCABULARY',
      `Expected token ids below ${vocabularySize}, the vocabulary of ${modelFile}, but its tokenizer gives id ${encoded.highestId}; the tokenizer.json belongs to another model.`,
    );
  }
  const name = JSON.stringify([limits.maxLength, limits.maxBatchTokens, limits.shares]);
  const layout = encoded.layouts.get(name) ?? packedLayout(encoded.requests, limits);
  encoded.layouts.set(name, layout);
  return layout;
}

function packedLayout(requests: readonly TokenRequest[], limits: LayoutLimits): PackedLayout {
  const { batches, digest } = layOut(requests, limits);
  const { shares } = limits;
  return { batches: batches.map((batch) => packBatch(batch, { requests, shares })), digest };
}

async function encodeInTurns(
  requests: readonly TextRequest[],
  codec: BatchEncoder,
  settings: ModelSettings,
): Promise<Encoded> {
  const encoded: TokenRequest[] = [];
  for (let start = 0; start < requests.length; start += CHUNK) {
    encoded.push(...encodeRequests(requests.slice(start, start + CHUNK), codec, settings));
    await nextTurn();
  }
  const parts = encoded.flatMap(idsOf);
  const bytes = parts.reduce((sum, ids) => sum + 3 * ids.byteLength + 200, 0);
  return { requests: encoded, highestId: highestOf(parts), layouts: new Map(), bytes };
}

function highestOf(parts: readonly Uint32Array[]): number {
  let highest = -1;
  // All continuations of a context hold the same array of its ids.
  for (const ids of new Set(parts)) for (const id of ids) if (id > highest) highest = id;
  return highest;
}

function idsOf(request: TokenRequest): Uint32Array[] {
  switch (request.kind) {
    case 'loglikelihood':
      return [request.context, request.continuation];
    case 'loglikelihood_rolling':
      return [request.tokens];
    case 'generate_until':
      return [request.prompt];
  }
}
