import { SweepError } from '../../errors.js';
import type { ItemScore } from '../points.js';
import { summarizeItems, type NamedPoint } from './point-of.js';
import { COLUMNS, RowReader, type Cells, type Column } from './row-reader.js';
import { readRows, type Row } from './rows.js';

interface PendingItems {
  readonly first: NamedPoint;
  readonly items: ItemScore[];
}

/** The points of a table: one a row, or one a model where the rows are samples. Throws SweepError naming row and column. */
export async function readTablePoints(file: string): Promise<NamedPoint[]> {
  const points: NamedPoint[] = [];
  const pending = new PendingTable();
  let cells: Cells | null = null;
  let line = 1;
  for await (const rows of readRows(file)) {
    for (const row of rows) {
      line += 1;
      cells ??= findColumns(row, file);
      const reader = new RowReader(row, cells, `${file} row ${line}`);
      if (cells.item === undefined) points.push(reader.point());
      else pending.add(reader);
    }
  }
  if (line === 1) throw new SweepError('EMPTY_DATA', `Expected rows in ${file}, but it has none`);
  return [...points, ...pending.points()];
}

function findColumns(row: Row, file: string): Cells {
  const plain = new Map(Object.keys(row).map((name) => [name.toLowerCase().replaceAll(/[\s_-]/g, ''), name]));
  const cells = Object.fromEntries(
    Object.entries(COLUMNS).flatMap(([column, names]) => {
      const found = names.map((name) => plain.get(name)).find((name) => name !== undefined);
      return found === undefined ? [] : [[column, found]];
    }),
  ) as Cells;
  const missing = missingColumns(cells);
  if (missing.length === 0) return cells;
  throw new SweepError(
    'MISSING_COLUMN',
    `Expected columns ${missing.map((name) => `\`${name}\``).join(', ')} in ${file}, whose columns are ${Object.keys(row).join(', ')}`,
  );
}

/** A table of losses needs no task; one of numbers of parameters needs no names of scales. */
function missingColumns(cells: Cells): Column[] {
  const has = (column: Column): boolean => cells[column] !== undefined;
  return [
    ...(has('scale') || has('nParams') || has('nonEmbedding') ? [] : (['scale'] as const)),
    ...(has('task') || (has('loss') && !has('value')) ? [] : (['task'] as const)),
    ...(has('value') || has('loss') ? [] : (['value'] as const)),
  ];
}

/** Samples on their way to becoming points. Names repeat at every scale, so that each is kept once. */
class PendingTable {
  private readonly groups = new Map<string, PendingItems>();
  private readonly names = new Map<string, string>();

  add(reader: RowReader): void {
    const named = reader.point();
    const { family, task, shots, metric, prompt, point } = named;
    const key = `${family}\u0000${task}\u0000${shots}\u0000${metric}\u0000${prompt}\u0000${point.scale}\u0000${point.nParams}\u0000${point.seed}\u0000${point.trainingTokens}\u0000${point.distinctExamples}`;
    let group = this.groups.get(key);
    if (group === undefined) {
      group = { first: named, items: [] };
      this.groups.set(key, group);
    }
    if (!Number.isFinite(point.value)) return;
    const item = this.nameOf(reader.text('item') ?? '');
    const cluster = reader.text('cluster');
    group.items.push(
      cluster === null
        ? { item, value: point.value }
        : { item, value: point.value, cluster: this.nameOf(cluster) },
    );
  }

  private nameOf(text: string): string {
    const known = this.names.get(text);
    if (known !== undefined) return known;
    this.names.set(text, text);
    return text;
  }

  points(): NamedPoint[] {
    return [...this.groups.values()].map(({ first, items }) => ({
      ...first,
      point: { ...first.point, ...summarizeItems(items) },
    }));
  }
}
