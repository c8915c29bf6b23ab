import type { TokenRequest } from './encode-requests.js';
import type { LayoutLimits } from './layout-limits.js';
import { sequencesOf, type Sequence } from './sequence.js';
import { compareTokens, isPrefix, keyOf } from './token-order.js';

/** A stretch of one row that answers for a request and all that equal it (a rolling request has one in every window). */
export interface Span {
  readonly requests: readonly number[];
  readonly from: number;
  readonly targets: Uint32Array;
}

/** One row to feed and everything that it answers. */
export interface Row {
  readonly tokens: Uint32Array;
  readonly spans: readonly Span[];
  /** Rows of a batch with the same number begin with the same `context` tokens. */
  readonly group: number;
  readonly context: number;
}

/** Rows that are computed together. */
export interface ScoreBatch {
  readonly kind: 'score';
  /** The requests it answers, ascending. */
  readonly requests: readonly number[];
  /** Longest first. */
  readonly rows: readonly Row[];
}

/** Rows that must stay in one batch: all continuations of one context, all windows of one text. */
interface Group {
  readonly rows: readonly Omit<Row, 'group'>[];
  readonly length: number;
}

/**
 * Batches of scoring requests. Continuations of one context stay together; a row that begins another rides in it, so that equal
 * requests and one-token continuations of one context cost one row. Groups go by length, so that padding stays small.
 */
export function layOutScores(requests: readonly TokenRequest[], limits: LayoutLimits): ScoreBatch[] {
  const groups = groupsOf(requests, limits).sort(longestFirst);
  const batches: ScoreBatch[] = [];
  let rows: Row[] = [];
  let longest = 0;
  let number = 0;
  for (const group of groups) {
    const padded = Math.max(longest, group.length) * (rows.length + group.rows.length);
    if (rows.length > 0 && padded > limits.maxBatchTokens) {
      batches.push(batchOf(rows));
      rows = [];
      longest = 0;
      number = 0;
    }
    for (const row of group.rows) rows.push({ ...row, group: number });
    number++;
    longest = Math.max(longest, group.length);
  }
  if (rows.length > 0) batches.push(batchOf(rows));
  const silent = requests.flatMap((request, index) => (isSilent(request) ? [index] : []));
  return silent.length === 0 ? batches : [...batches, { kind: 'score', requests: silent, rows: [] }];
}

// An empty rolling text has nothing to predict: its answer is 0 over 0 tokens.
function isSilent(request: TokenRequest): boolean {
  return request.kind === 'loglikelihood_rolling' && request.tokens.length === 0;
}

function batchOf(rows: readonly Row[]): ScoreBatch {
  const requests = new Set(rows.flatMap(({ spans }) => spans.flatMap((span) => span.requests)));
  const sorted = rows.toSorted(
    (a, b) => b.tokens.length - a.tokens.length || compareTokens(a.tokens, b.tokens),
  );
  return { kind: 'score', requests: [...requests].sort((a, b) => a - b), rows: sorted };
}

function longestFirst(a: Group, b: Group): number {
  return b.length - a.length || compareTokens(a.rows[0]?.tokens ?? NOTHING, b.rows[0]?.tokens ?? NOTHING);
}

const NOTHING = new Uint32Array(0);

type AskedSequence = Sequence & { readonly requests: readonly number[] };

function groupsOf(requests: readonly TokenRequest[], limits: LayoutLimits): Group[] {
  const byContext = new Map<string, AskedSequence[]>();
  const groups: Group[] = [];
  for (const { request, equals } of distinct(requests)) {
    const sequences = sequencesOf(request, limits).map((sequence) => ({ ...sequence, requests: equals }));
    const [first] = sequences;
    if (first === undefined) continue;
    if (request.kind !== 'loglikelihood') {
      groups.push(groupOf(sequences, 0));
      continue;
    }
    const key = keyOf(first.tokens.subarray(0, first.from + 1));
    const known = byContext.get(key);
    if (known === undefined) byContext.set(key, [first]);
    else known.push(first);
  }
  for (const sequences of byContext.values()) groups.push(groupOf(sequences, (sequences[0]?.from ?? 0) + 1));
  return groups;
}

/** Every scoring request once, with the indexes of all that equal it: they get one answer, to the last digit. */
function distinct(
  requests: readonly TokenRequest[],
): Iterable<{ readonly request: TokenRequest; readonly equals: number[] }> {
  const known = new Map<string, { request: TokenRequest; equals: number[] }>();
  requests.forEach((request, index) => {
    if (request.kind === 'generate_until') return;
    const key =
      request.kind === 'loglikelihood'
        ? `${request.context.length}:${keyOf(request.context)}${keyOf(request.continuation)}`
        : `rolling:${keyOf(request.tokens)}`;
    const entry = known.get(key);
    if (entry === undefined) known.set(key, { request, equals: [index] });
    else entry.equals.push(index);
  });
  return known.values();
}

function groupOf(sequences: readonly AskedSequence[], context: number): Group {
  const sorted = sequences.toSorted(
    (a, b) => compareTokens(b.tokens, a.tokens) || (a.requests[0] ?? 0) - (b.requests[0] ?? 0),
  );
  const rows: { tokens: Uint32Array; spans: Span[]; context: number }[] = [];
  // Descending, every row stands right after the rows that it begins.
  for (const { tokens, from, targets, requests } of sorted) {
    const host = rows.at(-1);
    if (host !== undefined && isPrefix(tokens, host.tokens)) host.spans.push({ requests, from, targets });
    else rows.push({ tokens, spans: [{ requests, from, targets }], context });
  }
  return { rows, length: rows.reduce((most, { tokens }) => Math.max(most, tokens.length), 0) };
}
