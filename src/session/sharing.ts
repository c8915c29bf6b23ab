import type { PackedRows } from './packed-rows.js';

/** Rows of one context: the context goes through the model once, the rest of every row follows it. */
export interface SharedGroup {
  /** The row whose first `contextLength` tokens are the context; a row alone in its group is all context. */
  readonly leader: number;
  readonly contextLength: number;
  /** Rows that go on after the context, empty for a row alone. */
  readonly rows: readonly number[];
}

/** Groups that are computed in one run. */
export interface SharedRun {
  readonly groups: readonly SharedGroup[];
  readonly contextColumns: number;
  readonly restColumns: number;
  readonly restRows: number;
}

// Below this saving the second pass costs more than the tokens that it spares.
const WORTH_SHARING = 0.2;
const SHORTER = 0.9;
const WORTH_A_CALL = 8;

/**
 * How a batch is cut into runs with shared contexts; null where too little would be saved. Contexts of a run are padded on the left
 * where the model can be told of that (`padsLeft`), and of one length where it cannot.
 */
export function shareContexts(
  rows: PackedRows,
  { maxTokens, padsLeft }: { readonly maxTokens: number; readonly padsLeft: boolean },
): SharedRun[] | null {
  const groups = groupsOf(rows);
  const fed = groups.reduce((sum, group) => sum + tokensOf(group, rows), 0);
  if (fed > (1 - WORTH_SHARING) * rows.tokens.length) return null;
  groups.sort((a, b) => b.contextLength - a.contextLength || a.leader - b.leader);
  const runs: SharedGroup[][] = [];
  let budget = 0;
  for (const group of groups) {
    const run = runs.at(-1);
    const longest = run?.[0]?.contextLength ?? 0;
    const cost = Math.max(longest, group.contextLength) + tokensOf(group, rows) - group.contextLength;
    const tooShort = padsLeft
      ? (run?.length ?? 0) >= WORTH_A_CALL && group.contextLength < SHORTER * longest
      : group.contextLength < longest;
    if (run === undefined || tooShort || budget + cost > maxTokens) {
      runs.push([group]);
      budget = cost;
    } else {
      run.push(group);
      budget += cost;
    }
  }
  return runs.map((run) => measured(run, rows));
}

function measured(groups: readonly SharedGroup[], rows: PackedRows): SharedRun {
  const rests = groups.flatMap((group) =>
    group.rows.map((row) => (rows.rowLengths[row] ?? 0) - group.contextLength),
  );
  return {
    groups,
    contextColumns: groups.reduce((most, { contextLength }) => Math.max(most, contextLength), 0),
    restColumns: rests.reduce((most, length) => Math.max(most, length), 0),
    restRows: rests.length,
  };
}

function groupsOf(rows: PackedRows): SharedGroup[] {
  const members = new Map<string, number[]>();
  rows.rowGroups.forEach((group, row) => {
    // Rows that share nothing (windows of one text) stand alone.
    const key = (rows.rowContexts[row] ?? 0) === 0 ? `row ${row}` : `group ${group}`;
    const known = members.get(key);
    if (known === undefined) members.set(key, [row]);
    else known.push(row);
  });
  return [...members.values()].map((group) => {
    const leader = group[0] ?? 0;
    if (group.length === 1) return { leader, contextLength: rows.rowLengths[leader] ?? 0, rows: [] };
    return { leader, contextLength: rows.rowContexts[leader] ?? 0, rows: group };
  });
}

function tokensOf({ contextLength, rows: members }: SharedGroup, rows: PackedRows): number {
  return members.reduce((sum, row) => sum + (rows.rowLengths[row] ?? 0) - contextLength, contextLength);
}
