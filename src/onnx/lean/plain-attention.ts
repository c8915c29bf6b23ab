import type { CacheTensor } from '../decoder-signature.js';
import type { Node } from '../graph.js';
import { CONTRIB } from '../program/wide-products.js';
import { intOf, type GraphView } from './graph-view.js';

/** Attention over a cache, from rows [batch, sequence, heads x width] of queries, keys and values to rows of the same kind. */
export interface PlainAttention {
  readonly query: RotatedRows;
  readonly key: RotatedRows;
  /** The name of the rows of values. */
  readonly value: string;
  readonly heads: number;
  readonly keyHeads: number;
  /** What products of queries and keys are multiplied by. */
  readonly scale: number;
  /** The name of what is added to them, [batch, 1, sequence, cache + sequence]. */
  readonly mask: string;
  readonly keys: CacheTensor;
  readonly values: CacheTensor;
}

/** Rows whose heads are rotated by onnxruntime's operator. */
export interface RotatedRows {
  readonly rows: string;
  readonly index: string;
  readonly cos: string;
  readonly sin: string;
}

const HEADS_FIRST = '0,2,1,3';
const TURNED = '0,1,3,2';

/**
 * The attention that ends in a node: softmax(scale q kᵀ + mask) v, with rotated queries and keys, keys and values behind a cache
 * [batch, key heads, sequence, width], and heads in groups that share a key. Every operator between is one that is told here; null
 * where a node ends none.
 */
export function plainAttention(
  view: GraphView,
  node: Node,
  cache: readonly CacheTensor[],
): PlainAttention | null {
  if (node.opType !== 'Reshape' || node.domain !== '' || !isJoin(view.numbers(node.inputs[1]))) return null;
  const mixed = turned(view, node.inputs[0], HEADS_FIRST);
  const apart = view.made(mixed ?? '', 'Reshape');
  const product = view.made(apart?.inputs[0] ?? mixed ?? '', 'MatMul');
  const values = cache.find(({ present }) => present === product?.inputs[1]);
  const shares = product === null ? null : view.made(pastReshape(view, product.inputs[0]).name, 'Softmax');
  const sum = isAlongRows(shares) ? view.made(shares?.inputs[0], 'Add') : null;
  if (values === undefined || sum === null) return null;
  const value = cachedRows(view, values);
  const [a = '', b = ''] = sum.inputs;
  for (const [scores, mask] of [
    [a, b],
    [b, a],
  ] as const) {
    const found = scoresAt(view, scores, cache);
    if (found === null || value === null) continue;
    const { query, key, queryCuts, scoreCuts } = found;
    const [heads, keyHeads] = [query.heads, key.heads];
    // Where several heads share a key, they are laid together for both products and apart for the mask.
    const cuts = [
      ...queryCuts.map((cut) => [cut, keyHeads]),
      ...scoreCuts.map((cut) => [cut, heads]),
      ...(apart === null ? [] : [[secondOf(view, apart.inputs[1]), heads]]),
    ];
    const isGrouped = queryCuts.length === 1 && scoreCuts.length === 1 && apart !== null;
    const fits =
      cuts.every(([cut, wanted]) => cut === wanted) &&
      (isGrouped ? heads % keyHeads === 0 : heads === keyHeads) &&
      value.heads === keyHeads &&
      new Set([query.width, key.width, value.width]).size === 1 &&
      [found.keys, values].every((entry) => isOfHeads(entry, keyHeads, key.width));
    if (!fits) continue;
    const rotated = { query: query.rotated, key: key.rotated, value: value.rows };
    return { ...rotated, heads, keyHeads, scale: found.scale, mask, keys: found.keys, values };
  }
  return null;
}

interface Scores {
  readonly query: RotatedHeads;
  readonly key: RotatedHeads;
  readonly keys: CacheTensor;
  readonly scale: number;
  /** Numbers of heads that queries and scores are cut into on the way. */
  readonly queryCuts: readonly (number | null)[];
  readonly scoreCuts: readonly (number | null)[];
}

/** scale q kᵀ, where the scale may stand at the queries or at the product. */
function scoresAt(view: GraphView, value: string, cache: readonly CacheTensor[]): Scores | null {
  const cut = pastReshape(view, value);
  const after = pastScale(view, cut.name);
  const product = view.made(after.name, 'MatMul');
  const columns = product === null ? null : turned(view, product.inputs[1], TURNED);
  const keys = cache.find(({ present }) => present === columns);
  if (product === null || keys === undefined) return null;
  const queryCut = pastReshape(view, product.inputs[0]);
  const before = pastScale(view, queryCut.name);
  const query = rotatedHeads(view, before.name);
  const key = rotatedHeads(view, cachedHeads(view, keys));
  if (query === null || key === null) return null;
  const scale = before.scale * after.scale;
  return { query, key, keys, scale, queryCuts: queryCut.heads, scoreCuts: cut.heads };
}

interface Heads {
  readonly rows: string;
  readonly heads: number;
  readonly width: number;
}

interface RotatedHeads extends Heads {
  readonly rotated: RotatedRows;
}

function rotatedHeads(view: GraphView, value: string | null): RotatedHeads | null {
  const node = view.producer(value ?? '');
  if (node?.opType !== 'RotaryEmbedding' || node.domain !== CONTRIB || node.inputs.length !== 4) return null;
  const isPlain = node.attributes.every(({ name, int }) => name === 'interleaved' && int === 0);
  const heads = headsOf(view, node.inputs[0]);
  if (!isPlain || heads === null) return null;
  const [, index = '', cos = '', sin = ''] = node.inputs;
  return { ...heads, rotated: { rows: heads.rows, index, cos, sin } };
}

/** Rows as heads: Reshape to [0, 0, heads, width] and Transpose to [.., heads, .., width]. */
function headsOf(view: GraphView, value: string | undefined): Heads | null {
  const cut = view.made(turned(view, value, HEADS_FIRST) ?? '', 'Reshape');
  const [batch, sequence, heads = 0, width = 0, ...more] = view.numbers(cut?.inputs[1]) ?? [];
  const isCut = batch === 0 && sequence === 0 && heads > 0 && width > 0 && more.length === 0;
  return cut !== null && isCut ? { rows: cut.inputs[0] ?? '', heads, width } : null;
}

/** What is put behind a cache. */
function cachedHeads(view: GraphView, { past, present }: CacheTensor): string | null {
  const joined = view.made(present, 'Concat');
  const axis = joined === null ? 0 : intOf(joined, 'axis', 0);
  const isBehind = joined?.inputs.length === 2 && joined.inputs[0] === past && (axis === 2 || axis === -2);
  return isBehind ? (joined.inputs[1] ?? null) : null;
}

function cachedRows(view: GraphView, entry: CacheTensor): Heads | null {
  return headsOf(view, cachedHeads(view, entry) ?? '');
}

function isOfHeads({ dims, sequenceAxis, elementType }: CacheTensor, heads: number, width: number): boolean {
  return elementType === 'float32' && sequenceAxis === 2 && dims[1] === heads && dims[3] === width;
}

/** What a value was before its axes were exchanged as told. */
function turned(view: GraphView, value: string | undefined, perm: string): string | null {
  const node = view.made(value, 'Transpose');
  const given = node?.attributes.find(({ name }) => name === 'perm')?.ints ?? [];
  return node !== null && given.join() === perm ? (node.inputs[0] ?? null) : null;
}

/** What a value was before a Reshape to four axes, and the second of these. */
function pastReshape(
  view: GraphView,
  value: string | undefined,
): { readonly name: string; readonly heads: readonly (number | null)[] } {
  const node = view.made(value, 'Reshape');
  return node === null
    ? { name: value ?? '', heads: [] }
    : { name: node.inputs[0] ?? '', heads: [secondOf(view, node.inputs[1])] };
}

/** The second number of a shape, of which the first two are constants. */
function secondOf(view: GraphView, shape: string | undefined): number | null {
  const begin = view.made(shape, 'Concat')?.inputs[0] ?? shape;
  const [batch, second = null] = view.numbers(begin) ?? [];
  return batch === 0 ? second : null;
}

function pastScale(view: GraphView, value: string): { readonly name: string; readonly scale: number } {
  const node = view.made(value, 'Mul', 'Div');
  const scale = view.scalar(node?.inputs[1]);
  if (node === null || scale === null) return { name: value, scale: 1 };
  return { name: node.inputs[0] ?? '', scale: node.opType === 'Mul' ? scale : 1 / scale };
}

/** A shape [0, 0, width]. */
function isJoin(shape: readonly number[] | null): boolean {
  return shape?.length === 3 && shape[0] === 0 && shape[1] === 0;
}

function isAlongRows(softmax: Node | null): boolean {
  const axis = softmax?.attributes.find(({ name }) => name === 'axis')?.int;
  return axis === -1 || axis === 3;
}
