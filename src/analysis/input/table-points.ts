import { SweepError } from '../../errors.js';
import type { ItemScore } from '../points.js';
import { isHigherBetter, summarizeItems, type NamedPoint } from './point-of.js';
import { readRows, type Row } from './rows.js';
import { sizeInName } from './scale-name.js';

/** Columns by name (capitals, spaces and underlines do not matter), with other names that people give them. */
const COLUMNS = {
  family: ['family', 'modelfamily'],
  scale: ['scale', 'model', 'modelsize', 'modelname', 'size'],
  nParams: ['nparams', 'params', 'parameters', 'totalparams'],
  nonEmbedding: ['nparamsnonembedding', 'nonembeddingparams', 'paramsnoembed'],
  tokens: ['trainingtokens', 'tokens'],
  bitsPerByte: ['bitsperbyte', 'bpb'],
  seed: ['seed'],
  task: ['task', 'taskname'],
  shots: ['shots', 'nshot', 'numfewshot', 'fewshot'],
  metric: ['metric'],
  value: ['value', 'score'],
  n: ['n', 'nitems', 'samples', 'nsamples'],
  stderr: ['stderr', 'standarderror'],
  chance: ['chance', 'randombaseline', 'baseline'],
  item: ['item', 'itemid', 'docid', 'sample'],
  cluster: ['cluster'],
  prompt: ['prompt', 'prompthash'],
  higherIsBetter: ['higherisbetter'],
} as const;

type Column = keyof typeof COLUMNS;
type Cells = Readonly<Partial<Record<Column, string>>>;

interface PendingItems {
  readonly first: NamedPoint;
  readonly items: ItemScore[];
}

/** The points of a table: one a row, or one a model where the rows are samples. Throws SweepError naming row and column. */
export async function readTablePoints(file: string): Promise<NamedPoint[]> {
  const points: NamedPoint[] = [];
  const pending = new Map<string, PendingItems>();
  let cells: Cells | null = null;
  let line = 1;
  for await (const rows of readRows(file)) {
    for (const row of rows) {
      line += 1;
      cells ??= findColumns(row, file);
      const reader = new RowReader(row, cells, `${file} row ${line}`);
      if (cells.item === undefined) points.push(reader.point());
      else addItem(pending, reader);
    }
  }
  if (line === 1) throw new SweepError('EMPTY_DATA', `Expected rows in ${file}, but it has none`);
  for (const { first, items } of pending.values()) {
    points.push({ ...first, point: { ...first.point, ...summarizeItems(items) } });
  }
  return points;
}

function findColumns(row: Row, file: string): Cells {
  const plain = new Map(Object.keys(row).map((name) => [name.toLowerCase().replaceAll(/[\s_-]/g, ''), name]));
  const cells = Object.fromEntries(
    Object.entries(COLUMNS).flatMap(([column, names]) => {
      const found = names.map((name) => plain.get(name)).find((name) => name !== undefined);
      return found === undefined ? [] : [[column, found]];
    }),
  ) as Cells;
  const missing = (['scale', 'task', 'value'] as const).filter((column) => cells[column] === undefined);
  if (missing.length > 0) {
    throw new SweepError(
      'MISSING_COLUMN',
      `Expected columns ${missing.map((name) => `\`${name}\``).join(', ')} in ${file}, whose columns are ${Object.keys(row).join(', ')}`,
    );
  }
  return cells;
}

function addItem(pending: Map<string, PendingItems>, reader: RowReader): void {
  const named = reader.point();
  const { family, task, shots, metric, point } = named;
  const key = JSON.stringify([family, task, shots, metric, point.scale, point.seed, point.trainingTokens]);
  const group = pending.get(key) ?? { first: named, items: [] };
  pending.set(key, group);
  const cluster = reader.text('cluster');
  group.items.push({
    item: reader.text('item') ?? '',
    value: point.value,
    ...(cluster === null ? {} : { cluster }),
  });
}

class RowReader {
  private readonly row: Row;
  private readonly cells: Cells;
  private readonly source: string;

  constructor(row: Row, cells: Cells, source: string) {
    this.row = row;
    this.cells = cells;
    this.source = source;
  }

  text(column: Column): string | null {
    const name = this.cells[column];
    const value = name === undefined ? null : (this.row[name] ?? null);
    return value === null || value === '' ? null : String(value);
  }

  number(column: Column): number | null {
    const text = this.text(column);
    if (text === null || /^(na|nan|null|none)$/i.test(text)) return null;
    const value = Number(text);
    if (Number.isFinite(value)) return value;
    throw new SweepError(
      'BAD_DATA',
      `Expected a number in column \`${this.cells[column] ?? column}\` of ${this.source}, got ${JSON.stringify(text)}`,
    );
  }

  point(): NamedPoint {
    const scale = this.required('scale');
    const metric = this.text('metric') ?? 'value';
    const value = this.number('value');
    if (value === null)
      throw new SweepError('BAD_DATA', `Expected a value in ${this.source}, but the cell is empty`);
    return {
      family: this.text('family') ?? 'models',
      task: this.required('task'),
      shots: this.number('shots') ?? 0,
      metric,
      higherIsBetter: this.direction(metric),
      prompt: this.text('prompt'),
      source: this.source,
      point: {
        scale,
        nParams: this.size(scale),
        nParamsNonEmbedding: this.number('nonEmbedding'),
        trainingTokens: this.number('tokens'),
        bitsPerByte: this.number('bitsPerByte'),
        seed: this.number('seed'),
        value,
        stderr: this.number('stderr'),
        n: this.number('n'),
        chance: this.number('chance'),
      },
    };
  }

  private required(column: Column): string {
    const text = this.text(column);
    if (text !== null) return text;
    throw new SweepError('BAD_DATA', `Expected a ${column} in ${this.source}, but the cell is empty`);
  }

  private direction(metric: string): boolean {
    const text = this.text('higherIsBetter');
    return text === null ? isHigherBetter(metric) : /^(1|true|yes)$/i.test(text);
  }

  private size(scale: string): number {
    const size = this.number('nParams') ?? this.number('nonEmbedding') ?? sizeInName(scale);
    if (size !== null && size > 0) return size;
    throw new SweepError(
      'MISSING_COLUMN',
      `Expected ${this.source} to give the parameters of "${scale}" in a column \`nParams\` (or a scale named like 1.4b)`,
    );
  }
}
