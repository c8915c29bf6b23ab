import { SweepError } from '../../errors.js';
import { isHigherBetter, type NamedPoint } from './point-of.js';
import type { Row } from './rows.js';
import { familyInName, sizeInName } from './scale-name.js';

/** Columns by name (capitals, spaces and underlines do not matter), with other names that people give them. */
export const COLUMNS = {
  family: ['family', 'modelfamily', 'series'],
  scale: ['scale', 'model', 'modelsize', 'modelname', 'size'],
  nParams: ['nparams', 'params', 'parameters', 'totalparams', 'nparameters'],
  nonEmbedding: ['nparamsnonembedding', 'nonembeddingparams', 'paramsnoembed', 'paramsnonembedding'],
  tokens: ['trainingtokens', 'tokens', 'traintokens', 'ntokens'],
  flops: ['trainingflops', 'trainingflop', 'flops', 'flop', 'compute', 'trainflops'],
  examples: ['distinctexamples'],
  bitsPerByte: ['bitsperbyte', 'bpb'],
  seed: ['seed'],
  task: ['task', 'taskname', 'benchmark', 'dataset'],
  shots: ['shots', 'nshot', 'nshots', 'numfewshot', 'fewshot'],
  metric: ['metric', 'metricname'],
  value: ['value', 'score'],
  loss: ['loss', 'trainingloss', 'validationloss', 'valloss'],
  n: ['n', 'nitems', 'samples', 'nsamples'],
  stderr: ['stderr', 'standarderror', 'se'],
  chance: ['chance', 'randombaseline', 'baseline', 'random'],
  item: ['item', 'itemid', 'docid', 'sample', 'sampleid'],
  cluster: ['cluster', 'clusterid'],
  prompt: ['prompt', 'prompthash'],
  higherIsBetter: ['higherisbetter'],
} as const;

export type Column = keyof typeof COLUMNS;
/** The file's own name of each column that it has. */
export type Cells = Readonly<Partial<Record<Column, string>>>;

/** Reads one row of a table as a point. A value that is empty or NaN is NaN. Throws SweepError naming row and column. */
export class RowReader {
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
    if (text === null || /^[+-]?(na|nan|null|none|inf(inity)?)$/i.test(text)) return null;
    const value = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
    if (Number.isFinite(value)) return value;
    throw this.wrongNumber(column, text);
  }

  /** A count of parameters or tokens: a number, or one with a unit such as 1.4b. */
  private count(column: Column): number | null {
    const text = this.text(column);
    if (text === null) return null;
    return sizeInName(text.trim()) ?? this.number(column);
  }

  point(): NamedPoint {
    const nParams = this.size();
    const scale = this.text('scale') ?? String(nParams);
    const metric = this.text('metric') ?? (this.cells.value === undefined ? 'loss' : 'value');
    return {
      family: this.text('family') ?? familyOf(scale),
      task: this.cells.task === undefined ? metric : this.required('task'),
      shots: this.number('shots') ?? 0,
      metric,
      higherIsBetter: this.direction(metric),
      prompt: this.text('prompt'),
      source: this.source,
      point: {
        scale,
        nParams,
        nParamsNonEmbedding: this.count('nonEmbedding'),
        trainingTokens: this.tokens(nParams),
        distinctExamples: this.count('examples'),
        bitsPerByte: this.number('bitsPerByte'),
        seed: this.number('seed'),
        value: this.number(this.cells.value === undefined ? 'loss' : 'value') ?? Number.NaN,
        stderr: this.number('stderr'),
        n: this.sampleCount(),
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

  private sampleCount(): number | null {
    const n = this.number('n');
    if (n === null || n > 0) return n;
    throw this.wrongNumber('n', String(n));
  }

  /** Training tokens, from the compute where only that is given: C = 6 N D. */
  private tokens(nParams: number): number | null {
    const tokens = this.count('tokens');
    if (tokens !== null) return tokens;
    const flops = this.number('flops');
    return flops === null ? null : flops / 6 / nParams;
  }

  private size(): number {
    const scale = this.text('scale');
    const named = scale === null ? null : (sizeInName(scale) ?? plainCount(scale));
    const size = this.count('nParams') ?? this.count('nonEmbedding') ?? named;
    if (size !== null && size > 0) return size;
    throw new SweepError(
      'MISSING_COLUMN',
      `Expected ${this.source} to give the parameters of "${scale ?? ''}" in a column \`nParams\` (or a scale named like 1.4b)`,
    );
  }

  private wrongNumber(column: Column, text: string): SweepError {
    return new SweepError(
      'BAD_DATA',
      `Expected a number in column \`${this.cells[column] ?? column}\` of ${this.source}, got ${JSON.stringify(text)}`,
    );
  }
}

/** A scale named by nothing but its number of parameters. */
function plainCount(name: string): number | null {
  const count = Number(name);
  return count >= 1000 ? count : null;
}

/** The family that a model's name tells, where the name is more than a size. */
function familyOf(scale: string): string {
  const family = familyInName(scale);
  return sizeInName(scale) === null || family === scale ? 'models' : family;
}
