import type { ByteSource } from '../byte-source.js';
import type { Node, OnnxModel } from '../graph.js';
import { newNode, SourceParts } from '../program/source-parts.js';
import { contribOpset } from '../program/wide-products.js';
import { GraphView } from './graph-view.js';
import { rewrittenModel, type ModelInSource } from './rewritten-model.js';
import { rmsNorm } from './rms-norm.js';
import { rotationAt, rotaryNode } from './rotation.js';
import { angleTables, type AngleTables } from './rotation-angles.js';
import { RotationRows } from './rotation-rows.js';

/**
 * The same model with fewer nodes: what exporters write as several small operators and onnxruntime knows as one becomes one.
 * A step of a small model is bound by the number of its nodes. Inputs, outputs and weights stay what and where they are; a model
 * in which nothing is recognised is given back as it is. `positions` is the input that tells them, if there is one.
 */
export function leanModel(model: OnnxModel, source: ByteSource, positions: string | null): ModelInSource {
  const view = new GraphView(model.graph, source);
  const parts = new SourceParts(model, source);
  const rows = new RotationRows(positions ?? '');
  const tables = positions === null ? null : angleTables(view, positions);
  let nMerged = 0;
  const nodes = model.graph.nodes.flatMap((node) => {
    const fewer = merged(view, node, rows, tables);
    if (fewer === null) return [parts.node(node)];
    nMerged++;
    return fewer;
  });
  if (nMerged === 0) return { model, source };
  return rewrittenModel({ model, source }, parts, {
    name: 'lean',
    opsets: contribOpset(model),
    fields: [...rows.constants.values(), ...nodes],
  });
}

/** What stands for a node that ends what can be one operator: that operator, after what it needs. */
function merged(
  view: GraphView,
  node: Node,
  rows: RotationRows,
  tables: AngleTables | null,
): Uint8Array[] | null {
  const norm = rmsNorm(view, node);
  if (norm !== null) return [newNode(norm)];
  const rotation = tables === null ? null : rotationAt(view, node, tables);
  if (rotation === null) return null;
  const { input, part } = rotation;
  const heads = part === null ? { name: input, nodes: [] } : rows.part(input, part);
  const given = [heads, rows.index(), rows.rows(rotation.cos), rows.rows(rotation.sin)] as const;
  const [, index, cos, sin] = given;
  const names = { heads: heads.name, index: index.name, cos: cos.name, sin: sin.name };
  return [...given.flatMap(({ nodes }) => nodes), newNode(rotaryNode(node, names))];
}
