import type { DecoderSignature } from '../decoder-signature.js';
import { newNode, SourceParts } from '../program/source-parts.js';
import { integers, OWN } from '../program/vocabulary.js';
import { CONTRIB, contribOpset } from '../program/wide-products.js';
import { GraphView } from './graph-view.js';
import { plainAttention, type PlainAttention, type RotatedRows } from './plain-attention.js';
import { rewrittenModel, type ModelInSource } from './rewritten-model.js';

// What onnxruntime's operator asks of the width of a head.
const WIDTH_UNIT = 8;
const INT32 = 6;

const own = (name: string): string => `${OWN}single/${name}`;
const SIZES = { last: own('last'), total: own('total') };

/**
 * The same model for a single row: attention as onnxruntime's one operator for it, which takes and gives rows as the products make
 * them, and makes the cache. It lets no token see a later one, as a model that goes on behind a cache does not either. For several
 * rows it would refuse more than one token behind a cache, and copies the cache more often than it need. Null where the attention
 * of any layer is not recognised.
 */
export function singleRowModel(given: ModelInSource, signature: DecoderSignature): ModelInSource | null {
  const { model, source } = given;
  const { cache, attentionMask } = signature;
  if (attentionMask === null) return null;
  const view = new GraphView(model.graph, source);
  const found = new Map(
    model.graph.nodes.flatMap((node) => {
      const attention = plainAttention(view, node, cache);
      return attention === null ? [] : [[node, attention] as const];
    }),
  );
  const fits = [...found.values()].every(({ keys }) => (keys.dims[3] ?? 1) % WIDTH_UNIT === 0);
  if (cache.length === 0 || 2 * found.size !== cache.length || !fits) return null;
  const presents = new Set(cache.map(({ present }) => present));
  const parts = new SourceParts(model, source);
  const nodes = model.graph.nodes.flatMap((node) => {
    const attention = found.get(node);
    if (attention !== undefined) return oneOperator(attention, node.outputs[0] ?? '');
    // The cache comes out of the operators that take its place.
    return node.outputs.some((output) => presents.has(output)) ? [] : [parts.node(node)];
  });
  return rewrittenModel(given, parts, {
    name: 'single row',
    opsets: contribOpset(model),
    fields: [...sizes(attentionMask.name), ...nodes],
  });
}

/** int32 [1]: the number of columns so far, and that without the last. */
function sizes(mask: string): Uint8Array[] {
  return [
    integers(own('axis'), [1]),
    integers(own('one'), [1]),
    newNode({ op: 'Shape', inputs: [mask], outputs: [own('shape')] }),
    newNode({ op: 'Gather', inputs: [own('shape'), own('axis')], outputs: [own('columns')] }),
    newNode({ op: 'Sub', inputs: [own('columns'), own('one')], outputs: [own('before')] }),
    ...[
      [own('columns'), SIZES.total],
      [own('before'), SIZES.last],
    ].map(([from = '', to = '']) =>
      newNode({ op: 'Cast', inputs: [from], outputs: [to], attributes: { to: { int: INT32 } } }),
    ),
  ];
}

function oneOperator(attention: PlainAttention, output: string): Uint8Array[] {
  const { query, key, value, keys, values, mask, heads, keyHeads, scale } = attention;
  const rotated = (rows: RotatedRows): string => `${output}/rotated/${rows.rows}`;
  const rotation = (rows: RotatedRows): Uint8Array =>
    newNode({
      op: 'RotaryEmbedding',
      domain: CONTRIB,
      inputs: [rows.rows, rows.index, rows.cos, rows.sin],
      outputs: [rotated(rows)],
      attributes: { interleaved: { int: 0 } },
    });
  const noRotation = ['', '', ''];
  return [
    rotation(query),
    rotation(key),
    newNode({
      op: 'GroupQueryAttention',
      domain: CONTRIB,
      inputs: [
        rotated(query),
        rotated(key),
        value,
        keys.past,
        values.past,
        SIZES.last,
        SIZES.total,
        ...noRotation,
        mask,
      ],
      outputs: [output, keys.present, values.present],
      attributes: { num_heads: { int: heads }, kv_num_heads: { int: keyHeads }, scale: { float: scale } },
    }),
  ];
}
