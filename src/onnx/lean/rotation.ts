import type { NodeSpec } from '../encode-model.js';
import type { Node } from '../graph.js';
import { CONTRIB } from '../program/wide-products.js';
import type { GraphView } from './graph-view.js';
import { linearForm, type LinearForm, type Term } from './linear-form.js';
import type { AngleTable, AngleTables } from './rotation-angles.js';

/** A rotation of heads [batch, heads, sequence, width], or of a part of each, by the positions of their tokens. */
export interface Rotation {
  /** The heads; what is rotated is [start, end) of their last axis, null where it is all. */
  readonly input: string;
  readonly part: { readonly start: number; readonly end: number } | null;
  readonly cos: AngleTable;
  readonly sin: AngleTable;
}

/**
 * The rotary embedding that ends in a node: the halves a and b of every head become a cos - b sin and b cos + a sin. Whatever the
 * operators between, it is recognised by what each number is made of; null where a node ends none.
 */
export function rotationAt(view: GraphView, node: Node, tables: AngleTables): Rotation | null {
  const [value = ''] = node.outputs;
  if (view.made(value, 'Add', 'Concat') === null) return null;
  const form = linearForm(view, value, {
    tableWidth: (name) => tables(name)?.width ?? null,
    inputWidth: (name) => headWidth(view, name),
  });
  return form === null ? null : rotationOf(view, form, tables);
}

function rotationOf(
  view: GraphView,
  { input, numbers }: LinearForm,
  angleTable: AngleTables,
): Rotation | null {
  const width = numbers.length;
  const half = width / 2;
  const terms = numbers.flat();
  const tables = [...new Set(terms.map(({ table }) => table ?? ''))].map(angleTable);
  const cos = tables.find((table) => table?.of === 'Cos');
  const sin = tables.find((table) => table?.of === 'Sin');
  if (!cos || !sin || tables.length !== 2 || !Number.isInteger(half)) return null;
  const start = Math.min(...terms.map(({ index }) => index));
  const at = (table: AngleTable, number: number): number => (table.isDoubled ? number : number % half);
  const fits = numbers.every((sum, number) => {
    const own: Term = { index: start + number, sign: 1, table: cos.name, at: at(cos, number) };
    const other: Term = {
      index: start + ((number + half) % width),
      sign: number < half ? -1 : 1,
      table: sin.name,
      at: at(sin, number),
    };
    return sum.length === 2 && [own, other].every((term) => sum.some((given) => isSame(given, term)));
  });
  const isWhole = [cos, sin].every(({ frequencies }) => frequencies.length === half);
  if (!fits || !isWhole) return null;
  const part = width === headWidth(view, input) ? null : { start, end: start + width };
  return { input, part, cos, sin };
}

function isSame(a: Term, b: Term): boolean {
  return a.index === b.index && a.sign === b.sign && a.table === b.table && a.at === b.at;
}

/** The width of heads that were cut from a row: Reshape to [.., .., heads, width] and Transpose to [.., heads, .., width]. */
function headWidth(view: GraphView, value: string): number | null {
  const turn = view.made(value, 'Transpose');
  const perm = turn?.attributes.find(({ name }) => name === 'perm')?.ints ?? [];
  return perm.join() === '0,2,1,3' ? lastSize(view, turn?.inputs[0]) : null;
}

/** The size of the last axis of what was cut into heads, or of that times a weight of a number for each. */
function lastSize(view: GraphView, value: string | undefined): number | null {
  const cut = view.made(value, 'Reshape');
  const joined = view.made(cut?.inputs[1], 'Concat');
  const size = view.numbers(cut?.inputs[1])?.at(-1) ?? constantInteger(view, joined?.inputs.at(-1));
  if (cut !== null) return size !== null && size > 0 ? size : null;
  const weights = view.made(value, 'Mul')?.inputs.map((input) => view.weight(input)?.dims ?? []);
  return weights?.find((dims) => dims.length === 1 && (dims[0] ?? 0) > 1)?.[0] ?? null;
}

function constantInteger(view: GraphView, value: string | undefined): number | null {
  return view.scalar(value) ?? view.scalar(view.made(value, 'Unsqueeze')?.inputs[0]);
}

/** onnxruntime's one operator for a rotation of `heads`; index, cosines and sines by name. */
export function rotaryNode(
  { outputs }: Node,
  given: { readonly heads: string; readonly index: string; readonly cos: string; readonly sin: string },
): Omit<NodeSpec, 'name'> {
  return {
    op: 'RotaryEmbedding',
    domain: CONTRIB,
    inputs: [given.heads, given.index, given.cos, given.sin],
    outputs,
    attributes: { interleaved: { int: 0 } },
  };
}
