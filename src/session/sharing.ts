import { longestRow, type PackedRows } from './packed-rows.js';

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
  // Rows of a run are as wide as its longest context and its longest rest together: no wider than the model's context.
  const most = longestRow(rows);
  const runs: SharedGroup[][] = [];
  let [budget, longestRest] = [0, 0];
  for (const group of groups) {
    const run = runs.at(-1);
    const longest = run?.[0]?.contextLength ?? 0;
    const cost = Math.max(longest, group.contextLength) + tokensOf(group, rows) - group.contextLength;
    const rest = longestRestOf(group, rows);
    const tooWide = longest + Math.max(longestRest, rest) > most;
    const tooShort = padsLeft
      ? (run?.length ?? 0) >= WORTH_A_CALL && group.contextLength < SHORTER * longest
      : group.contextLength < longest;
    if (run === undefined || tooShort || tooWide || budget + cost > maxTokens) {
      runs.push([group]);
      [budget, longestRest] = [cost, rest];
    } else {
      run.push(group);
      [budget, longestRest] = [budget + cost, Math.max(longestRest, rest)];
    }
  }
  return runs.map((run) => measured(withRests(run), rows));
}

// A second pass over nothing would take a column more than the rows have: where no row goes on, each does with its last token.
function withRests(groups: readonly SharedGroup[]): readonly SharedGroup[] {
  if (groups.some(({ rows }) => rows.length > 0)) return groups;
  return groups.map((group) =>
    group.contextLength < 2
      ? group
      : { ...group, contextLength: group.contextLength - 1, rows: [group.leader] },
  );
}

function measured(groups: readonly SharedGroup[], rows: PackedRows): SharedRun {
  return {
    groups,
    contextColumns: groups.reduce((most, { contextLength }) => Math.max(most, contextLength), 0),
    restColumns: groups.reduce((most, group) => Math.max(most, longestRestOf(group, rows)), 0),
    restRows: groups.reduce((sum, group) => sum + group.rows.length, 0),
  };
}

function longestRestOf(group: SharedGroup, rows: PackedRows): number {
  return group.rows.reduce(
    (most, row) => Math.max(most, (rows.rowLengths[row] ?? 0) - group.contextLength),
    0,
  );
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
