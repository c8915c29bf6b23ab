import { SHARED_PORTS } from '../onnx/program/shared-program.js';
import type { ScoreAnswer, ScoreWork } from './batch-work.js';
import type { Feeds } from './decoder-session.js';
import { offsetsOf, type PackedRows } from './packed-rows.js';
import type { ProgramSession } from './program-session.js';
import { SCORE_OUTPUTS, ScoredTargets } from './scored-targets.js';
import type { SharedRun } from './sharing.js';
import { IdMatrix } from './tensors.js';

/** Scores a batch with the shared-context program: contexts once, padded on the left, then what follows each of them. */
export async function scoreShared(
  program: ProgramSession,
  { rows }: ScoreWork,
  runs: readonly SharedRun[],
): Promise<ScoreAnswer> {
  const sums = {
    loglikelihoods: new Float64Array(rows.spanRows.length),
    greedy: new Uint8Array(rows.spanRows.length).fill(1),
  };
  const index = indexRows(rows);
  let computedTokens = 0;
  let promptTokens = 0;
  for (const run of runs) {
    const { feeds, targets, fed } = arrange(run, rows, index);
    targets.collect(await program.run(feeds, SCORE_OUTPUTS), sums);
    computedTokens += run.groups.length * run.contextColumns + restRows(run) * restColumns(run);
    promptTokens += fed;
  }
  return { kind: 'score', ...sums, promptTokens, computedTokens };
}

interface RowIndex {
  /** First token of every row. */
  readonly starts: Uint32Array;
  readonly targetStarts: Uint32Array;
  /** First span of every row; the spans of a row are consecutive. */
  readonly spanStarts: Uint32Array;
}

function indexRows(rows: PackedRows): RowIndex {
  const spansPerRow = new Uint32Array(rows.rowLengths.length);
  for (const row of rows.spanRows) spansPerRow[row] = (spansPerRow[row] ?? 0) + 1;
  return {
    starts: offsetsOf(rows.rowLengths),
    targetStarts: offsetsOf(rows.spanLengths),
    spanStarts: offsetsOf(spansPerRow),
  };
}

// The second pass is never empty: where all rows of a run are one token, it computes one that nobody asks for.
const restRows = (run: SharedRun): number => Math.max(1, run.restRows);
const restColumns = (run: SharedRun): number => Math.max(1, run.restColumns);

function arrange(
  run: SharedRun,
  rows: PackedRows,
  index: RowIndex,
): { feeds: Feeds; targets: ScoredTargets; fed: number } {
  const { contextColumns } = run;
  const columns = restColumns(run);
  const context = new PassInput(run.groups.length, contextColumns, contextColumns);
  const rest = new PassInput(restRows(run), columns, contextColumns + columns);
  const owners = new IdMatrix(1, restRows(run), 'int64');
  const targets = new ScoredTargets();
  const restBase = run.groups.length * contextColumns;
  let fed = 0;
  let restRow = 0;
  run.groups.forEach((group, groupRow) => {
    const padding = contextColumns - group.contextLength;
    const start = index.starts[group.leader] ?? 0;
    for (let token = 0; token < group.contextLength; token++) {
      context.put(groupRow, padding + token, {
        id: rows.tokens[start + token] ?? 0,
        position: token,
        cached: 0,
      });
    }
    fed += group.contextLength;
    for (const row of group.rows) {
      const rowStart = index.starts[row] ?? 0;
      const length = rows.rowLengths[row] ?? 0;
      owners.set(0, restRow, groupRow);
      // What pads a row on the right comes after all that is scored: attention never looks at it.
      for (let column = padding; column < contextColumns + columns; column++)
        rest.mask.set(restRow, column, 1);
      for (let token = group.contextLength; token < length; token++) {
        const id = rows.tokens[rowStart + token] ?? 0;
        rest.put(restRow, token - group.contextLength, { id, position: token, cached: contextColumns });
      }
      fed += length - group.contextLength;
      const at = { groupRow, padding, restAt: restBase + restRow * columns - group.contextLength };
      score(row, (position) => stateOf(position, group.contextLength, { ...at, contextColumns }));
      restRow++;
    }
    if (group.rows.length === 0)
      score(group.leader, (position) => groupRow * contextColumns + padding + position);
  });

  function score(row: number, stateAt: (position: number) => number): void {
    for (let span = index.spanStarts[row] ?? 0; span < (index.spanStarts[row + 1] ?? 0); span++) {
      for (let step = 0; step < (rows.spanLengths[span] ?? 0); step++) {
        const target = rows.targets[(index.targetStarts[span] ?? 0) + step] ?? 0;
        targets.add(span, stateAt((rows.spanFroms[span] ?? 0) + step), target);
      }
    }
  }

  const feeds = {
    ...context.feeds('context'),
    ...rest.feeds('rest'),
    [SHARED_PORTS.owners]: owners.tensor([restRows(run)]),
    ...targets.feeds(),
  };
  return { feeds, targets, fed };
}

/** The flattened state at a row's position: in the context's rows, or in the rest's after them. */
function stateOf(
  position: number,
  contextLength: number,
  at: { groupRow: number; padding: number; restAt: number; contextColumns: number },
): number {
  return position < contextLength
    ? at.groupRow * at.contextColumns + at.padding + position
    : at.restAt + position;
}

/** Ids, mask and positions of one pass. */
class PassInput {
  readonly mask: IdMatrix;
  readonly #ids: IdMatrix;
  readonly #positions: IdMatrix;

  constructor(rows: number, columns: number, total: number) {
    this.#ids = new IdMatrix(rows, columns, 'int64');
    this.#positions = new IdMatrix(rows, columns, 'int64');
    this.mask = new IdMatrix(rows, total, 'int64');
  }

  put(
    row: number,
    column: number,
    { id, position, cached }: { id: number; position: number; cached: number },
  ): void {
    this.#ids.set(row, column, id);
    this.#positions.set(row, column, position);
    this.mask.set(row, cached + column, 1);
  }

  feeds(pass: 'context' | 'rest'): Feeds {
    const ports = SHARED_PORTS[pass];
    return {
      [ports.ids]: this.#ids.tensor(),
      [ports.mask]: this.mask.tensor(),
      [ports.positions]: this.#positions.tensor(),
    };
  }
}
