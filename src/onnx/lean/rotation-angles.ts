import { intOf, intsOf, type GraphView } from './graph-view.js';

/** Cosines or sines of positions times frequencies, times one factor: [batch, 1, sequence, width]. */
export interface AngleTable {
  readonly name: string;
  readonly of: 'Cos' | 'Sin';
  /** Of the first half of its last axis where that repeats in the second, else of all of it. */
  readonly frequencies: readonly number[];
  readonly isDoubled: boolean;
  readonly scale: number;
  readonly width: number;
}

/** What the axes of a value are: of a batch's rows, of their tokens, of frequencies, or of one element. */
type Axis = 'batch' | 'sequence' | 'width' | 'one';

interface Angles {
  readonly axes: readonly Axis[];
  readonly frequencies: readonly number[];
  readonly isDoubled: boolean;
}

const FLOAT = 1;
const TABLE = 'batch,one,sequence,width';

/** Says of a value by name which table it is, null for anything else; each is looked at once. */
export type AngleTables = (name: string) => AngleTable | null;

export function angleTables(view: GraphView, positions: string): AngleTables {
  const known = new Map<string, AngleTable | null>();
  return (name) => {
    let table = known.get(name);
    if (table === undefined) known.set(name, (table = angleTable(view, name, positions)));
    return table;
  };
}

/** The value as such a table, whatever the spelling; null for anything else. `positions` is the input that tells them. */
export function angleTable(view: GraphView, name: string, positions: string): AngleTable | null {
  const table = tableOf(view, name, positions);
  if (table === null || table.axes.join() !== TABLE) return null;
  const { of, scale, frequencies, isDoubled } = table;
  const width = frequencies.length * (isDoubled ? 2 : 1);
  return { name, of, scale, frequencies, isDoubled, width };
}

type Table = Angles & Pick<AngleTable, 'of' | 'scale'>;

function tableOf(view: GraphView, value: string, positions: string): Table | null {
  const wave = view.made(value, 'Cos', 'Sin');
  if (wave !== null) {
    const angles = anglesOf(view, wave.inputs[0] ?? '', positions);
    return angles && { ...angles, of: wave.opType === 'Cos' ? 'Cos' : 'Sin', scale: 1 };
  }
  const scaled = view.made(value, 'Mul');
  if (scaled === null) return unsqueezed(view, value, (inner) => tableOf(view, inner, positions));
  for (const [inner, factor] of [scaled.inputs, scaled.inputs.toReversed()]) {
    const scale = view.scalar(factor);
    const table = scale === null ? null : tableOf(view, inner ?? '', positions);
    if (scale !== null && table?.scale === 1) return { ...table, scale };
  }
  return null;
}

/** Positions times frequencies: as a product of each with all, or as matrices, and once or twice side by side. */
function anglesOf(view: GraphView, value: string, positions: string): Angles | null {
  const join = view.made(value, 'Concat');
  if (join !== null) {
    const [first = '', second, ...more] = view.inputs(join);
    const angles = first === second && more.length === 0 ? anglesOf(view, first, positions) : null;
    const isLast = [-1, (angles?.axes.length ?? 0) - 1].includes(intOf(join, 'axis', 0));
    return angles !== null && isLast && !angles.isDoubled ? { ...angles, isDoubled: true } : null;
  }
  return (
    products(view, value, positions) ??
    matrices(view, value, positions) ??
    unsqueezed(view, value, (inner) => anglesOf(view, inner, positions))
  );
}

/** Positions [.., sequence, 1] times a row of frequencies [1, .., width]. */
function products(view: GraphView, value: string, positions: string): Angles | null {
  const node = view.made(value, 'Mul', 'MatMul');
  const orders = node?.opType === 'Mul' ? [node.inputs, node.inputs.toReversed()] : [node?.inputs ?? []];
  for (const [given, table] of orders) {
    const numbers = constantLine(view, table, -1);
    const axes = positionAxes(view, given ?? '', positions);
    if (numbers === null || axes?.at(-1) !== 'one') continue;
    // A matrix of one row has two axes at least.
    if (node?.opType === 'MatMul' && (view.shape(table)?.length ?? 0) < 2) continue;
    const half = numbers.length / 2;
    const isDoubled = numbers.every((number, index) => number === numbers[index % half]);
    const frequencies = isDoubled ? numbers.slice(0, half) : numbers;
    return { axes: [...axes.slice(0, -1), 'width'], frequencies, isDoubled };
  }
  return null;
}

/** A column of frequencies [.., width, 1] times positions [batch, 1, sequence], turned: transformers' form. */
function matrices(view: GraphView, value: string, positions: string): Angles | null {
  const turn = view.made(value, 'Transpose');
  const perm = turn?.attributes.find(({ name }) => name === 'perm')?.ints ?? [];
  const product = view.made(turn?.inputs[0], 'MatMul');
  if (product === null || perm.join() !== '0,2,1') return null;
  const [column, row = ''] = product.inputs;
  if (positionAxes(view, row, positions)?.join() !== 'batch,one,sequence') return null;
  // Whatever the column is expanded to, a product of three axes and one inner number leaves only the batch to choose.
  const expanded = view.made(column, 'Expand');
  const frequencies = constantLine(view, expanded?.inputs[0] ?? column, -2);
  return frequencies && { axes: ['batch', 'sequence', 'width'], frequencies, isDoubled: false };
}

/** The numbers of a constant whose axes are all one but that `axis`, counted from the end. */
function constantLine(view: GraphView, value: string | undefined, axis: -1 | -2): readonly number[] | null {
  const dims = view.shape(value) ?? [];
  const isLine = dims.every((size, index) => size === 1 || index === dims.length + axis);
  const numbers = view.numbers(value);
  return isLine && numbers !== null && numbers.length > 1 ? numbers : null;
}

/** The axes of the positions [batch, sequence] as floats, with axes of one put in; null for another value. */
function positionAxes(view: GraphView, value: string, positions: string): readonly Axis[] | null {
  if (view.same(value) === positions) return ['batch', 'sequence'];
  const cast = view.made(value, 'Cast');
  if (cast !== null && intOf(cast, 'to', 0) === FLOAT) {
    return positionAxes(view, cast.inputs[0] ?? '', positions);
  }
  const opened = unsqueezed(view, value, (inner) => {
    const axes = positionAxes(view, inner, positions);
    return axes && { axes };
  });
  return opened?.axes ?? null;
}

/** What `of` finds in a value before axes of one were put into it, with these axes. */
function unsqueezed<T extends { readonly axes: readonly Axis[] }>(
  view: GraphView,
  value: string,
  of: (inner: string) => T | null,
): T | null {
  const node = view.made(value, 'Unsqueeze');
  const places = node === null ? null : intsOf(view, node, { attribute: 'axes', input: 1 });
  const inner = places === null ? null : of(node?.inputs[0] ?? '');
  if (places === null || inner === null) return null;
  const rank = inner.axes.length + places.length;
  const added = new Set(places.map((place) => (place < 0 ? place + rank : place)));
  const kept = inner.axes.values();
  const axes = Array.from({ length: rank }, (_, index) =>
    added.has(index) ? 'one' : (kept.next().value ?? 'one'),
  );
  return { ...inner, axes };
}
