import { offsetsOf, type PackedRows } from './packed-rows.js';
import { compareTokens, sharedLength } from './token-order.js';

/** Rows of one group, woven: what they begin with stands once, and each goes on as a branch. Columns count from the tree's first. */
export interface Tree {
  readonly ids: Uint32Array;
  readonly positions: Uint32Array;
  /** The column where the branch of each token ends: later columns are other branches. */
  readonly ends: Uint32Array;
  /** Which column's state scores which target for which span. */
  readonly scored: readonly { readonly span: number; readonly column: number; readonly target: number }[];
}

/** The trees of a batch, one a group, without the prefix that all rows share. */
export function growTrees(rows: PackedRows): Tree[] {
  const starts = offsetsOf(rows.rowLengths);
  const tokensOf = (row: number): Uint32Array => rows.tokens.subarray(starts[row] ?? 0, starts[row + 1] ?? 0);
  const spansOf = spansByRow(rows);
  const members = new Map<number, number[]>();
  rows.rowGroups.forEach((group, row) => {
    const known = members.get(group);
    if (known === undefined) members.set(group, [row]);
    else known.push(row);
  });
  return [...members.values()].map((group) => {
    const branches = group.map((row) => ({ tokens: tokensOf(row), spans: spansOf[row] ?? [] }));
    return growTree(branches, rows.prefix);
  });
}

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

function growTree(branches: readonly Branch[], prefix: number): Tree {
  const ids: number[] = [];
  const positions: number[] = [];
  const ends: number[] = [];
  const scored: { span: number; column: number; target: number }[] = [];
  // Columns of the branch that is being followed, by position after the prefix.
  const path: number[] = [];
  let before: Uint32Array = new Uint32Array(0);
  const cutAt = (length: number): void => {
    for (const column of path.splice(length)) ends[column] = ids.length;
  };
  // In lexicographic order, a row begins with as much of the tree as it shares with the row before it.
  for (const { tokens, spans } of branches.toSorted((a, b) => compareTokens(a.tokens, b.tokens))) {
    cutAt(Math.max(0, sharedLength(before, tokens) - prefix));
    for (let position = prefix + path.length; position < tokens.length; position++) {
      path.push(ids.length);
      ids.push(tokens[position] ?? 0);
      positions.push(position);
    }
    for (const { span, from, targets } of spans) {
      targets.forEach((target, step) => {
        scored.push({ span, column: path[from + step - prefix] ?? 0, target });
      });
    }
    before = tokens;
  }
  cutAt(0);
  return {
    ids: Uint32Array.from(ids),
    positions: Uint32Array.from(positions),
    ends: Uint32Array.from(ends),
    scored,
  };
}

/** Trees that go through the model at once: side by side in rows of `columns`. */
export interface TreeRun {
  readonly rows: readonly (readonly Tree[])[];
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
export function cutTreeRuns(trees: readonly Tree[], limits: RunLimits): TreeRun[] {
  const sorted = trees.toSorted((a, b) => b.ids.length - a.ids.length);
  const isLone = limits.loneRows && limits.prefix > 0;
  const wanted = isLone ? LONE_ROW : Math.ceil(Math.sqrt(COPY_COST * limits.prefix));
  const widest = Math.min(wanted, limits.room, limits.maxTokens);
  const runs: { rows: { trees: Tree[]; filled: number }[]; columns: number }[] = [];
  for (const tree of sorted) {
    const size = tree.ids.length;
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

function takesRow(
  run: { readonly rows: readonly unknown[]; readonly columns: number },
  { size, maxTokens }: { readonly size: number; readonly maxTokens: number },
): boolean {
  if ((run.rows.length + 1) * run.columns > maxTokens) return false;
  return run.rows.length < WORTH_A_CALL || Math.floor(run.columns / size) * size >= FULL * run.columns;
}
