import type { NodeSpec } from '../encode-model.js';
import type { Node } from '../graph.js';
import { CONTRIB } from '../program/wide-products.js';
import { intOf, intsOf, type GraphView } from './graph-view.js';
import { linearForm, type LinearForm, type Term } from './linear-form.js';

/** A rotation of heads [batch, heads, sequence, width] by the positions of their tokens. */
export interface Rotation {
  readonly input: string;
  readonly width: number;
  readonly cos: AngleTable;
  readonly sin: AngleTable;
}

/** Cosines or sines of positions times frequencies, [batch, 1, sequence, width] in any spelling of its axes of one. */
export interface AngleTable {
  readonly name: string;
  readonly of: 'Cos' | 'Sin';
  /** The first half of its last axis repeats in the second. */
  readonly isDoubled: boolean;
  readonly width: number;
}

/**
 * The rotary embedding that ends in a node: the halves a and b of every head become a cos - b sin and b cos + a sin. Whatever the
 * operators between, it is recognised by what each number is made of; null where a node ends none.
 */
export function rotationAt(view: GraphView, node: Node, positions: string): Rotation | null {
  const [value = ''] = node.outputs;
  if (view.made(value, 'Add', 'Concat') === null) return null;
  const form = linearForm(view, value, {
    tableWidth: (name) => angleTable(view, name, positions)?.width ?? null,
    inputWidth: (name) => headWidth(view, name),
  });
  return form === null ? null : rotationOf(view, form, positions);
}

function rotationOf(view: GraphView, { input, numbers }: LinearForm, positions: string): Rotation | null {
  const width = numbers.length;
  const half = width / 2;
  const terms = numbers.flat();
  const tables = [...new Set(terms.map(({ table }) => table ?? ''))].map((name) =>
    angleTable(view, name, positions),
  );
  const cos = tables.find((table) => table?.of === 'Cos');
  const sin = tables.find((table) => table?.of === 'Sin');
  if (!cos || !sin || tables.length !== 2 || headWidth(view, input) !== width) return null;
  const at = (table: AngleTable, number: number): number => (table.isDoubled ? number : number % half);
  const fits = numbers.every((sum, number) => {
    const own: Term = { index: number, sign: 1, table: cos.name, at: at(cos, number) };
    const other: Term = {
      index: (number + half) % width,
      sign: number < half ? -1 : 1,
      table: sin.name,
      at: at(sin, number),
    };
    return sum.length === 2 && [own, other].every((term) => sum.some((given) => isSame(given, term)));
  });
  const isWhole = [cos, sin].every((table) => table.width === (table.isDoubled ? width : half));
  return fits && isWhole ? { input, width, cos, sin } : null;
}

function isSame(a: Term, b: Term): boolean {
  return a.index === b.index && a.sign === b.sign && a.table === b.table && a.at === b.at;
}

/** The width of heads that were cut from a row: Reshape to [.., .., heads, width] and Transpose to [.., heads, .., width]. */
function headWidth(view: GraphView, value: string): number | null {
  const turn = view.made(value, 'Transpose');
  const cut = view.made(turn?.inputs[0], 'Reshape');
  const perm = turn?.attributes.find(({ name }) => name === 'perm')?.ints ?? [];
  if (cut === null || perm.join() !== '0,2,1,3') return null;
  const joined = view.made(cut.inputs[1], 'Concat');
  const last = view.numbers(cut.inputs[1])?.at(-1) ?? constantInteger(view, joined?.inputs.at(-1));
  return last !== null && last > 0 ? last : null;
}

function constantInteger(view: GraphView, value: string | undefined): number | null {
  return view.scalar(value) ?? view.scalar(view.made(value, 'Unsqueeze')?.inputs[0]);
}

/** The value as cosines or sines of the positions, each times every frequency; null for anything else. */
function angleTable(view: GraphView, name: string, positions: string): AngleTable | null {
  const node = view.made(pastAxes(view, name), 'Cos', 'Sin');
  const product = view.made(pastAxes(view, node?.inputs[0] ?? ''), 'Mul');
  if (node === null || product === null) return null;
  for (const [angles, table] of [product.inputs, product.inputs.toReversed()]) {
    const frequencies = view.numbers(table);
    const isFlat =
      view
        .shape(table)
        ?.slice(0, -1)
        .every((size) => size === 1) ?? false;
    if (frequencies === null || !isFlat || frequencies.length < 2) continue;
    if (!isPositions(view, angles ?? '', positions)) continue;
    const half = frequencies.length / 2;
    const isDoubled = frequencies.every((value, index) => value === frequencies[index % half]);
    return { name, of: node.opType === 'Cos' ? 'Cos' : 'Sin', isDoubled, width: frequencies.length };
  }
  return null;
}

/** What a value is before axes of one were put in, none of them the last. */
function pastAxes(view: GraphView, value: string): string {
  const node = view.made(value, 'Unsqueeze');
  const axes = node === null ? null : intsOf(view, node, { attribute: 'axes', input: 1 });
  if (node === null || axes === null || !axes.every((axis) => axis >= 0 && axis <= 2)) return value;
  return pastAxes(view, node.inputs[0] ?? '');
}

const FLOAT = 1;

/** The positions [batch, sequence] as floats, with axes of one put in. */
function isPositions(view: GraphView, value: string, positions: string): boolean {
  if (value === positions) return true;
  const node = view.made(value, 'Unsqueeze', 'Cast');
  if (node === null || (node.opType === 'Cast' && intOf(node, 'to', 0) !== FLOAT)) return false;
  return isPositions(view, node.inputs[0] ?? '', positions);
}

/** onnxruntime's one operator for a rotation; `rows` gives the names of index, cosines and sines for it. */
export function rotaryNode(
  { outputs }: Node,
  { input }: Rotation,
  rows: { readonly index: string; readonly cos: string; readonly sin: string },
): Omit<NodeSpec, 'name'> {
  return {
    op: 'RotaryEmbedding',
    domain: CONTRIB,
    inputs: [input, rows.index, rows.cos, rows.sin],
    outputs,
    attributes: { interleaved: { int: 0 } },
  };
}
