import { beginningOf } from '../session/batch-prefix.js';
import type { TokenRequest } from '../session/encode-requests.js';
import type { GenerateBatch } from '../session/generate-layout.js';
import type { LayoutBatch } from '../session/layout.js';
import type { Shares } from '../session/layout-limits.js';
import { concatenated, packRows, sharedArrays, type PackedRows } from '../session/packed-rows.js';
import type { ScoreBatch } from '../session/score-layout.js';
import { growTrees, type Trees } from '../session/trees.js';

// A layout is kept for all models of a family. Its batches are a handful of arrays each, in memory that worker threads read in
// place: an object for every row and span would take ten times as much, and be copied for every trial.

interface Packed {
  /** The requests it answers, ascending. */
  readonly requests: Uint32Array;
  /** Answer i goes to the requests at `owners[ownerStarts[i]]` up to `owners[ownerStarts[i + 1]]`, positions in `requests`. */
  readonly ownerStarts: Uint32Array;
  readonly owners: Uint32Array;
}

/** A scoring batch: an answer a span. */
export interface PackedScores extends Packed {
  readonly kind: 'score';
  readonly rows: PackedRows;
  /** The rows as trees; null where they may not branch. */
  readonly trees: Trees | null;
  /** Padded tokens that it takes to compute it. */
  readonly size: number;
  /** By request: scored tokens. */
  readonly nTokens: Uint32Array;
  /** By request: 1 for a rolling one. */
  readonly isRolling: Uint8Array;
}

/** A generation batch: an answer a prompt. */
export interface PackedPrompts extends Packed {
  readonly kind: 'generate';
  readonly tokens: Uint32Array;
  readonly lengths: Uint32Array;
  readonly until: readonly string[];
  readonly maxNewTokens: number;
}

export type PackedBatch = PackedScores | PackedPrompts;

/** The requests that a layout was made of, and what its rows may share. */
interface Packing {
  readonly requests: readonly TokenRequest[];
  readonly shares: Shares;
}

/** A batch of a layout, packed. */
export function packBatch(batch: LayoutBatch, packing: Packing): PackedBatch {
  return batch.kind === 'score' ? packScores(batch, packing) : packPrompts(batch);
}

function packScores(batch: ScoreBatch, { requests, shares }: Packing): PackedScores {
  const rows = packRows(batch.rows, shares === 'beginnings' ? beginningOf(batch) : batch);
  const spans = batch.rows.flatMap((row) => row.spans);
  const packed = packOwners(batch.requests, spans);
  const nTokens = new Uint32Array(batch.requests.length);
  spans.forEach((span, index) => {
    for (let at = packed.ownerStarts[index] ?? 0; at < (packed.ownerStarts[index + 1] ?? 0); at++) {
      const owner = packed.owners[at] ?? 0;
      nTokens[owner] = (nTokens[owner] ?? 0) + span.targets.length;
    }
  });
  return {
    kind: 'score',
    ...packed,
    rows,
    trees: shares === 'nothing' ? null : growTrees(rows),
    size: batch.size,
    nTokens,
    isRolling: Uint8Array.from(batch.requests, (index) =>
      requests[index]?.kind === 'loglikelihood_rolling' ? 1 : 0,
    ),
  };
}

function packPrompts({ requests, prompts, until, maxNewTokens }: GenerateBatch): PackedPrompts {
  const arrays = sharedArrays({
    tokens: concatenated(prompts.map(({ tokens }) => tokens)),
    lengths: prompts.map(({ tokens }) => tokens.length),
  });
  return { kind: 'generate', ...packOwners(requests, prompts), ...arrays, until, maxNewTokens };
}

function packOwners(
  requests: readonly number[],
  answers: readonly { readonly requests: readonly number[] }[],
): Packed {
  const positions = new Map(requests.map((request, position) => [request, position]));
  const ownerStarts = new Uint32Array(answers.length + 1);
  const owners: number[] = [];
  answers.forEach((answer, index) => {
    for (const request of answer.requests) owners.push(positions.get(request) ?? 0);
    ownerStarts[index + 1] = owners.length;
  });
  return { requests: Uint32Array.from(requests), ownerStarts, owners: Uint32Array.from(owners) };
}
