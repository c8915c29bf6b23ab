import { createHash } from 'node:crypto';
import type { TokenRequest } from './encode-requests.js';
import { layOutGenerations, type GenerateBatch } from './generate-layout.js';
import type { LayoutLimits } from './layout-limits.js';
import { layOutScores, type ScoreBatch } from './score-layout.js';

export type LayoutBatch = ScoreBatch | GenerateBatch;

/** How a trial's requests are cut into batches. */
export interface Layout {
  readonly batches: readonly LayoutBatch[];
  /** sha256 (hex) over kind and request indexes of every batch. */
  readonly digest: string;
}

/** Cuts requests into batches: a pure function of token ids and limits, never of timing. Every request stands in exactly one batch. */
export function layOut(requests: readonly TokenRequest[], limits: LayoutLimits): Layout {
  const batches = [...layOutScores(requests, limits), ...layOutGenerations(requests, limits)];
  const hash = createHash('sha256');
  for (const { kind, requests: indexes } of batches) hash.update(`${kind}:${indexes.join(',')}\n`);
  return { batches, digest: hash.digest('hex') };
}
