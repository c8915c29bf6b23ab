import type { ScoreColumns } from '../domain/metric.js';
import type { TrialKey } from '../domain/trial.js';
import { JournalError } from '../errors.js';
import { NumberList } from '../stats/number-list.js';

/** Scores as a line holds them: `rows[i][j]` is metric `names[j]` of the sample at position `docIds[i]`, null where it has none. */
export interface ScoreTable {
  readonly names: readonly string[];
  readonly docIds: readonly number[];
  readonly rows: readonly (readonly (number | null)[])[];
}

/** Some of a trial's scores, where they are too many for one line: they count with the record that says how many such lines there are. */
export interface SamplesLine {
  readonly type: 'samples';
  readonly trial: TrialKey;
  /** The rescoring that they belong to, null for the trial's own. */
  readonly id: string | null;
  /** Position among the lines, from 0. */
  readonly part: number;
  readonly scores: ScoreTable;
}

/** Scores in the record that they belong to: whole, or in so many lines before it. */
export interface HeldScores {
  readonly scores: ScoreTable;
  readonly parts?: number;
}

/** Samples of a line: a few megabytes. */
const SAMPLES_A_LINE = 20_000;

/** Scores as the record that they belong to holds them, and the lines that go before it where they are many. */
export function packScores(
  owner: Pick<SamplesLine, 'trial' | 'id'>,
  scores: ScoreColumns,
): { readonly before: Iterable<SamplesLine>; readonly held: HeldScores } {
  const { length } = scores.docIds;
  if (length <= SAMPLES_A_LINE) return { before: [], held: { scores: tableOf(scores, 0, length) } };
  const parts = Math.ceil(length / SAMPLES_A_LINE);
  return { before: linesOf(owner, scores, parts), held: { scores: tableOf(scores, 0, 0), parts } };
}

function* linesOf(
  owner: Pick<SamplesLine, 'trial' | 'id'>,
  scores: ScoreColumns,
  parts: number,
): Generator<SamplesLine> {
  for (let part = 0; part < parts; part += 1) {
    const begin = part * SAMPLES_A_LINE;
    yield { type: 'samples', ...owner, part, scores: tableOf(scores, begin, begin + SAMPLES_A_LINE) };
  }
}

function tableOf({ names, docIds, columns }: ScoreColumns, begin: number, end: number): ScoreTable {
  const ids = Array.from(docIds.subarray(begin, end));
  const rows = ids.map((_, index) => columns.map((column) => valueOrNull(column[begin + index])));
  return { names, docIds: ids, rows };
}

const valueOrNull = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;

/** Puts scores together from their lines. */
export class ScoreReader {
  #names: readonly string[] = [];
  #docIds = new NumberList();
  #columns: NumberList[] = [];
  #parts = 0;

  /** Takes the next line; one that stands again, because a run ended between the lines and was resumed, counts once. */
  take({ part, scores }: Pick<SamplesLine, 'part' | 'scores'>): void {
    if (part !== this.#parts) return;
    this.#parts += 1;
    if (part === 0) {
      this.#names = scores.names;
      this.#columns = scores.names.map(() => new NumberList());
    }
    for (const docId of scores.docIds) this.#docIds.push(docId);
    for (const row of scores.rows) {
      this.#columns.forEach((column, index) => column.push(row[index] ?? Number.NaN));
    }
  }

  /** All scores: those that the record itself holds, or those of the lines before it. Throws JournalError where a line is missing. */
  finish(held: HeldScores): ScoreColumns {
    if (held.parts === undefined) {
      this.#parts = 0;
      this.#docIds = new NumberList();
      this.take({ part: 0, scores: held.scores });
    } else if (held.parts !== this.#parts) {
      throw new JournalError(
        'JOURNAL_DAMAGED',
        `Expected ${held.parts} lines of scores before the record that they belong to, got ${this.#parts}: restore the journal from a copy`,
      );
    }
    const columns = this.#columns.map((column) => column.toArray());
    return { names: this.#names, docIds: this.#docIds.toArray(), columns };
  }
}
