import { offsetsOf, sharedArrays, type PackedRows } from './packed-rows.js';
import { compareTokens, sharedLength } from './token-order.js';

/**
 * The trees of a batch, one a group, one after the other. A tree is the rows of its group woven: what they begin with stands once, and
 * each goes on as a branch.
 */
export interface Trees {
  /** First column of every tree; one entry more than trees, the last the total. */
  readonly starts: Uint32Array;
  readonly ids: Uint32Array;
  readonly positions: Uint32Array;
  /** The column where the branch of each token ends, counted from the tree's first: later columns are other branches. */
  readonly ends: Uint32Array;
  /** First scored target of every tree; one entry more than trees. */
  readonly scoredStarts: Uint32Array;
  /** Of every scored target: its span, the column whose state scores it, counted from the tree's first, and its id. */
  readonly spans: Uint32Array;
  readonly columns: Uint32Array;
  readonly targets: Uint32Array;
}

/** The trees of a batch, without the prefix that all rows share; their arrays lie in memory that threads share. */
export function growTrees(rows: PackedRows): Trees {
  const starts = offsetsOf(rows.rowLengths);
  const tokensOf = (row: number): Uint32Array => rows.tokens.subarray(starts[row] ?? 0, starts[row + 1] ?? 0);
  const spansOf = spansByRow(rows);
  const members = new Map<number, number[]>();
  rows.rowGroups.forEach((group, row) => {
    const known = members.get(group);
    if (known === undefined) members.set(group, [row]);
    else known.push(row);
  });
  const wood: Wood = {
    starts: [0],
    ids: [],
    positions: [],
    ends: [],
    scoredStarts: [0],
    spans: [],
    columns: [],
    targets: [],
  };
  for (const group of members.values()) {
    const branches = group.map((row) => ({ tokens: tokensOf(row), spans: spansOf[row] ?? [] }));
    const context = rows.rowContexts[group[0] ?? 0] ?? 0;
    growTree(branches, { prefix: rows.prefix, same: Math.max(rows.prefix, context) }, wood);
  }
  return sharedArrays(wood);
}

/** A tree of one branch, which scores its first token: a program has to score something. */
export function chainOf(tokens: Uint32Array): Trees {
  const zero = Uint32Array.of(0);
  return {
    starts: Uint32Array.of(0, tokens.length),
    ids: tokens,
    positions: tokens.map((_, index) => index),
    ends: tokens.map(() => tokens.length),
    scoredStarts: Uint32Array.of(0, 1),
    spans: zero,
    columns: zero,
    targets: zero,
  };
}

/** Trees that are being put together. */
type Wood = { [Part in keyof Trees]: number[] };

interface ScoredSpan {
  readonly span: number;
  readonly from: number;
  readonly targets: Uint32Array;
}

interface Branch {
  readonly tokens: Uint32Array;
  readonly spans: readonly ScoredSpan[];
}

function spansByRow(rows: PackedRows): ScoredSpan[][] {
  const byRow: ScoredSpan[][] = Array.from(rows.rowLengths, () => []);
  const starts = offsetsOf(rows.spanLengths);
  rows.spanRows.forEach((row, span) => {
    const targets = rows.targets.subarray(starts[span] ?? 0, starts[span + 1] ?? 0);
    byRow[row]?.push({ span, from: rows.spanFroms[span] ?? 0, targets });
  });
  return byRow;
}

/** Branches begin with the same `same` tokens, of which those of the prefix are not part of the tree. */
function growTree(
  branches: readonly Branch[],
  { prefix, same }: { readonly prefix: number; readonly same: number },
  wood: Wood,
): void {
  const { ids, positions, ends } = wood;
  const first = ids.length;
  // Columns of the branch that is being followed, by position after the prefix.
  const path: number[] = [];
  let before: Uint32Array = new Uint32Array(0);
  const cutAt = (length: number): void => {
    for (const column of path.splice(length)) ends[first + column] = ids.length - first;
  };
  // In lexicographic order, a row begins with as much of the tree as it shares with the row before it.
  for (const { tokens, spans } of branches.toSorted((a, b) => compareTokens(a.tokens, b.tokens, same))) {
    cutAt(Math.max(0, sharedLength(before, tokens, same) - prefix));
    for (let position = prefix + path.length; position < tokens.length; position++) {
      path.push(ids.length - first);
      ids.push(tokens[position] ?? 0);
      positions.push(position);
    }
    for (const { span, from, targets } of spans) {
      for (let step = 0; step < targets.length; step++) {
        wood.spans.push(span);
        wood.columns.push(path[from + step - prefix] ?? 0);
        wood.targets.push(targets[step] ?? 0);
      }
    }
    before = tokens;
  }
  cutAt(0);
  wood.starts.push(ids.length);
  wood.scoredStarts.push(wood.spans.length);
}

/** Trees, by number, that go through the model at once: side by side in rows of `columns`. */
export interface TreeRun {
  readonly rows: readonly (readonly number[])[];
  readonly columns: number;
}

// Trees that fill a row less than this begin another run, once the run is worth a call.
const FULL = 0.9;
const WORTH_A_CALL = 8;
// Copying a token of the prefix for one more row costs about as much as so many pairs of a token and one that it sees.
const COPY_COST = 16;
// Columns of a row that has to stand alone: fewer make small runs, more make many pairs that do not see each other.
const LONE_ROW = 512;

/** What bounds the runs of a batch. */
export interface RunLimits {
  readonly prefix: number;
  /** Tokens that the model takes behind the prefix. */
  readonly room: number;
  readonly maxTokens: number;
  /** Behind a prefix, a run takes one row only. */
  readonly loneRows: boolean;
}

/**
 * Lays trees into runs of at most `maxTokens` padded tokens, at least a row each. Behind a prefix, several small trees share a
 * row: the cache of the prefix is copied for every row, while longer rows only cost pairs that do not see each other.
 */
export function cutTreeRuns({ starts }: Pick<Trees, 'starts'>, limits: RunLimits): TreeRun[] {
  const sizeOf = (tree: number): number => (starts[tree + 1] ?? 0) - (starts[tree] ?? 0);
  const sorted = Array.from({ length: starts.length - 1 }, (_, tree) => tree).sort(
    (a, b) => sizeOf(b) - sizeOf(a),
  );
  const isLone = limits.loneRows && limits.prefix > 0;
  const widest = widestSharedRow(limits);
  const runs: { rows: { trees: number[]; filled: number }[]; columns: number }[] = [];
  for (const tree of sorted) {
    const size = sizeOf(tree);
    const run = runs.at(-1);
    const row = run?.rows.find(({ filled }) => filled + size <= run.columns);
    if (row !== undefined) {
      row.trees.push(tree);
      row.filled += size;
    } else if (run !== undefined && !isLone && takesRow(run, { size, maxTokens: limits.maxTokens })) {
      run.rows.push({ trees: [tree], filled: size });
    } else {
      runs.push({ rows: [{ trees: [tree], filled: size }], columns: Math.max(size, widest) });
    }
  }
  return runs.map(({ rows }) => ({
    rows: rows.map((row) => row.trees),
    columns: rows.reduce((most, { filled }) => Math.max(most, filled), 0),
  }));
}

/** Columns of the row of the largest tree with its prefix, or of more that several small ones may share. */
export function widestRow({ starts }: Pick<Trees, 'starts'>, limits: RunLimits): number {
  const largest = starts.reduce((most, end, tree) => Math.max(most, end - (starts[tree - 1] ?? end)), 0);
  return limits.prefix + Math.max(largest, widestSharedRow(limits));
}

function widestSharedRow({ prefix, room, maxTokens, loneRows }: RunLimits): number {
  const wanted = loneRows && prefix > 0 ? LONE_ROW : Math.ceil(Math.sqrt(COPY_COST * prefix));
  return Math.min(wanted, room, maxTokens);
}

function takesRow(
  run: { readonly rows: readonly unknown[]; readonly columns: number },
  { size, maxTokens }: { readonly size: number; readonly maxTokens: number },
): boolean {
  if ((run.rows.length + 1) * run.columns > maxTokens) return false;
  return run.rows.length < WORTH_A_CALL || Math.floor(run.columns / size) * size >= FULL * run.columns;
}
