import { intOf, intsOf, type GraphView } from './graph-view.js';
import { integerOf } from './integer-of.js';

/** One summand of a number: plus or minus one number of the input, as it is or times one number of a table. */
export interface Term {
  readonly index: number;
  readonly sign: 1 | -1;
  readonly table: string | null;
  /** Which number of the table. */
  readonly at: number;
}

/** The last axis of a value, number by number, as sums of numbers of the last axis of one input. */
export interface LinearForm {
  readonly input: string;
  readonly numbers: readonly (readonly Term[])[];
}

// Deeper than any export nests a rotation.
const MOST_STEPS = 12;
const LAST_OF_FOUR = 3;

/** What a value is made of: `tableWidth` says of a name how wide a table it is, `inputWidth` how wide an input, null for neither. */
export interface Widths {
  readonly tableWidth: (name: string) => number | null;
  readonly inputWidth: (name: string) => number | null;
}

/**
 * A value [.., .., .., width] as a linear form, where splits, slices, joins, signs, sums and products with tables along its last
 * axis are all that lies between it and one input; null otherwise.
 */
export function linearForm(view: GraphView, value: string, widths: Widths): LinearForm | null {
  return formOf(view, value, { ...widths, steps: MOST_STEPS });
}

type Search = Widths & { readonly steps: number };

function formOf(view: GraphView, name: string, search: Search): LinearForm | null {
  if (search.steps === 0) return null;
  const value = view.same(name);
  const deeper = { ...search, steps: search.steps - 1 };
  return piece(view, value, deeper) ?? combination(view, value, deeper) ?? wholeInput(value, search);
}

function wholeInput(name: string, { inputWidth }: Search): LinearForm | null {
  const width = inputWidth(name);
  if (width === null) return null;
  const numbers = Array.from({ length: width }, (_, index): Term[] => [
    { index, sign: 1, table: null, at: 0 },
  ]);
  return { input: name, numbers };
}

/** A part of another value, from a Split or a Slice. */
function piece(view: GraphView, value: string, search: Search): LinearForm | null {
  const split = view.made(value, 'Split');
  const node = split ?? view.made(value, 'Slice');
  const form = node === null ? null : formOf(view, node.inputs[0] ?? '', search);
  if (node === null || form === null) return null;
  if (split === null) {
    const widthOf = (name: string): number | null =>
      search.tableWidth(name) ?? formOf(view, name, search)?.numbers.length ?? null;
    const [starts, ends, axes, steps] = ['starts', 'ends', 'axes', 'steps'].map((attribute, at) => {
      const listed = intsOf(view, node, { attribute, input: at + 1 });
      const computed = listed === null ? integerOf(view, node.inputs[at + 1], widthOf) : null;
      return computed === null ? listed : [computed];
    });
    const isPlain = steps === null || (steps?.length === 1 && steps[0] === 1);
    const isOne = starts?.length === 1 && ends?.length === 1 && axes?.length === 1 && isLast(axes[0]);
    if (!isPlain || !isOne || (node.inputs.length > 4 && steps === null)) return null;
    return { ...form, numbers: form.numbers.slice(starts?.[0], ends?.[0]) };
  }
  if (!isLast(intOf(split, 'axis', 0))) return null;
  const part = form.numbers.length / split.outputs.length;
  const sizes = intsOf(view, split, { attribute: 'split', input: 1 }) ?? split.outputs.map(() => part);
  const place = split.outputs.indexOf(value);
  const start = sizes.slice(0, place).reduce((sum, size) => sum + size, 0);
  return { ...form, numbers: form.numbers.slice(start, start + (sizes[place] ?? 0)) };
}

function combination(view: GraphView, value: string, search: Search): LinearForm | null {
  const node = view.made(value, 'Neg', 'Add', 'Sub', 'Concat', 'Mul');
  if (node === null) return null;
  if (node.opType === 'Mul') return timesTable(view, view.inputs(node), search);
  if (node.opType === 'Concat' && !isLast(intOf(node, 'axis', 0))) return null;
  const [first, second, ...more] = node.inputs.map((input) => formOf(view, input, search));
  if (first === undefined || first === null) return null;
  if (node.opType === 'Neg') return negative(first);
  if (second === undefined || second === null || more.length > 0 || second.input !== first.input) return null;
  if (node.opType === 'Concat') return { ...first, numbers: [...first.numbers, ...second.numbers] };
  if (first.numbers.length !== second.numbers.length) return null;
  const other = node.opType === 'Sub' ? negative(second) : second;
  const numbers = first.numbers.map((terms, index) => [...terms, ...(other.numbers[index] ?? [])]);
  return { ...first, numbers };
}

function timesTable(view: GraphView, inputs: readonly string[], search: Search): LinearForm | null {
  const [a = '', b = ''] = inputs;
  const [value, table] = search.tableWidth(b) === null ? [b, a] : [a, b];
  const width = search.tableWidth(table);
  const form = width === null ? null : formOf(view, value, search);
  if (form === null || form.numbers.length !== width) return null;
  if (form.numbers.some((terms) => terms.some((term) => term.table !== null))) return null;
  const numbers = form.numbers.map((terms, at) => terms.map((term) => ({ ...term, table, at })));
  return { ...form, numbers };
}

function negative(form: LinearForm): LinearForm {
  const turn = (term: Term): Term => ({ ...term, sign: term.sign === 1 ? -1 : 1 });
  return { ...form, numbers: form.numbers.map((terms) => terms.map(turn)) };
}

function isLast(axis: number | undefined): boolean {
  return axis === -1 || axis === LAST_OF_FOUR;
}
