import type { TokenRequest } from './encode-requests.js';
import type { LayoutLimits } from './layout-limits.js';
import { clusterByPrefix, type PrefixCluster } from './prefix-clusters.js';
import { sequencesOf, type Sequence } from './sequence.js';
import { SequenceNumbers } from './sequence-numbers.js';
import { compareTokens, isPrefix, keyOf, sharedLength } from './token-order.js';

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
  /** All rows begin with so many tokens, the same in all; computed once where rows may branch. */
  readonly prefix: number;
  /** Tokens that the model takes behind the prefix. */
  readonly room: number;
  /** Padded tokens that it takes to compute it, where rows branch if they may. */
  readonly size: number;
}

/** Rows that must stay in one batch: all continuations of one context, all windows of one text. */
interface Group {
  /** Each with the number of its tree in the group: rows that share their context, as far as the model's length allows. */
  readonly rows: readonly Omit<Row, 'group'>[];
  readonly trees: readonly number[];
  /** Tokens of the longest row. */
  readonly length: number;
  /** Tokens of the largest tree, what its rows share counted once. */
  readonly treeSize: number;
}

/**
 * Batches of scoring requests. Continuations of one context stay together; a row that begins another rides in it, so that equal
 * requests and one-token continuations of one context cost one row. Groups go by length, so that padding stays small;
 * where prefixes are shared, those behind one (few-shot examples) go together, and batches are bounded by what is computed.
 */
export function layOutScores(requests: readonly TokenRequest[], limits: LayoutLimits): ScoreBatch[] {
  const groups = groupsOf(requests, limits);
  const clusters =
    limits.shares === 'prefixes' || limits.shares === 'beginnings'
      ? clusterByPrefix(groups, contextOf)
      : [{ prefix: 0, items: groups }];
  const batches = clusters.flatMap((cluster) => cutCluster(cluster, limits));
  const silent = requests.flatMap((request, index) => (isSilent(request) ? [index] : []));
  return silent.length === 0
    ? batches
    : [...batches, { kind: 'score', requests: silent, rows: [], prefix: 0, room: 0, size: 0 }];
}

function contextOf({ rows }: Group): Uint32Array {
  const [row] = rows;
  return row === undefined ? NOTHING : row.tokens.subarray(0, row.context);
}

function cutCluster({ prefix, items }: PrefixCluster<Group>, limits: LayoutLimits): ScoreBatch[] {
  const batches: { groups: Group[]; size: number }[] = [];
  const room = limits.maxLength - prefix;
  let [longest, height] = [0, 0];
  for (const group of items.toSorted((a, b) => longestFirst(a, b, prefix))) {
    const branches = limits.shares !== 'nothing';
    const size = branches ? group.treeSize - prefix : group.length;
    const rows = branches ? nTrees(group) : group.rows.length;
    const batch = batches.at(-1);
    longest = Math.max(longest, size);
    height += rows;
    if (batch !== undefined && longest * height <= limits.maxBatchTokens) {
      batch.groups.push(group);
      batch.size = longest * height;
    } else {
      [longest, height] = [size, rows];
      batches.push({ groups: [group], size: longest * height });
    }
  }
  return batches.map(({ groups, size }) => batchOf(groups, { prefix, room, size: prefix + size }));
}

// An empty rolling text has nothing to predict: its answer is 0 over 0 tokens.
function isSilent(request: TokenRequest): boolean {
  return request.kind === 'loglikelihood_rolling' && request.tokens.length === 0;
}

function batchOf(groups: readonly Group[], bounds: Pick<ScoreBatch, 'prefix' | 'room' | 'size'>): ScoreBatch {
  const rows: Row[] = [];
  let first = 0;
  for (const group of groups) {
    group.rows.forEach(({ tokens, spans, context }, index) =>
      rows.push({ tokens, spans, context, group: first + (group.trees[index] ?? 0) }),
    );
    first += nTrees(group);
  }
  const requests = new Set<number>();
  for (const { spans } of rows)
    for (const span of spans) for (const index of span.requests) requests.add(index);
  const sorted = rows.toSorted(
    (a, b) => b.tokens.length - a.tokens.length || compareTokens(a.tokens, b.tokens, bounds.prefix),
  );
  return { kind: 'score', requests: [...requests].sort((a, b) => a - b), rows: sorted, ...bounds };
}

function nTrees({ trees }: Group): number {
  return (trees.at(-1) ?? -1) + 1;
}

function longestFirst(a: Group, b: Group, prefix: number): number {
  return (
    b.length - a.length || compareTokens(a.rows[0]?.tokens ?? NOTHING, b.rows[0]?.tokens ?? NOTHING, prefix)
  );
}

const NOTHING = new Uint32Array(0);

type AskedSequence = Sequence & { readonly requests: readonly number[] };

function groupsOf(requests: readonly TokenRequest[], limits: LayoutLimits): Group[] {
  const numbers = new SequenceNumbers();
  const byContext = new Map<string, AskedSequence[]>();
  const groups: Group[] = [];
  for (const { request, equals } of distinct(requests, numbers)) {
    const sequences = sequencesOf(request, limits).map(({ tokens, from, targets }) => ({
      tokens,
      from,
      targets,
      requests: equals,
    }));
    const [first] = sequences;
    if (first === undefined) continue;
    if (request.kind !== 'loglikelihood') {
      groups.push(groupOf(sequences, { context: 0, maxLength: limits.maxLength }));
      continue;
    }
    const isWhole = first.from + 1 === request.context.length;
    // What had to be cut on the left may have another context than it was asked with.
    const key = isWhole ? `${numbers.of(request.context)}` : keyOf(first.tokens.subarray(0, first.from + 1));
    const known = byContext.get(key);
    if (known === undefined) byContext.set(key, [first]);
    else known.push(first);
  }
  for (const sequences of byContext.values()) {
    const context = (sequences[0]?.from ?? 0) + 1;
    groups.push(groupOf(sequences, { context, maxLength: limits.maxLength }));
  }
  return groups;
}

/** Every scoring request once, with the indexes of all that equal it: they get one answer, to the last digit. */
function distinct(
  requests: readonly TokenRequest[],
  numbers: SequenceNumbers,
): Iterable<{ readonly request: TokenRequest; readonly equals: number[] }> {
  const known = new Map<string, { request: TokenRequest; equals: number[] }>();
  requests.forEach((request, index) => {
    if (request.kind === 'generate_until') return;
    const key =
      request.kind === 'loglikelihood'
        ? `${numbers.of(request.context)}:${keyOf(request.continuation)}`
        : `rolling:${numbers.of(request.tokens)}`;
    const entry = known.get(key);
    if (entry === undefined) known.set(key, { request, equals: [index] });
    else entry.equals.push(index);
  });
  return known.values();
}

function groupOf(
  sequences: readonly AskedSequence[],
  { context, maxLength }: { readonly context: number; readonly maxLength: number },
): Group {
  const sorted = sequences.toSorted(
    (a, b) => compareTokens(b.tokens, a.tokens, context) || (a.requests[0] ?? 0) - (b.requests[0] ?? 0),
  );
  const rows: { tokens: Uint32Array; spans: Span[]; context: number }[] = [];
  // Descending, every row stands right after the rows that it begins.
  for (const { tokens, from, targets, requests } of sorted) {
    const host = rows.at(-1);
    if (host !== undefined && isPrefix(tokens, host.tokens, context))
      host.spans.push({ requests, from, targets });
    else rows.push({ tokens, spans: [{ requests, from, targets }], context });
  }
  const length = rows.reduce((most, { tokens }) => Math.max(most, tokens.length), 0);
  return { rows, length, ...plantTrees(rows, { context, maxLength }) };
}

/** Which tree of its group each row belongs to: a tree keeps to the model's length, and rows without a context stand alone. */
function plantTrees(
  rows: readonly { readonly tokens: Uint32Array }[],
  { context, maxLength }: { readonly context: number; readonly maxLength: number },
): { trees: number[]; treeSize: number } {
  const trees: number[] = [];
  let [tree, size, treeSize] = [0, 0, 0];
  rows.forEach(({ tokens }, index) => {
    const before = rows[index - 1]?.tokens;
    const added = tokens.length - (before === undefined ? 0 : sharedLength(before, tokens, context));
    if (index > 0 && (context === 0 || size + added > maxLength)) {
      tree++;
      size = 0;
    }
    size += size === 0 ? tokens.length : added;
    trees.push(tree);
    treeSize = Math.max(treeSize, size);
  });
  return { trees, treeSize };
}
