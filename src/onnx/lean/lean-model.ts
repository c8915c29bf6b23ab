import { memorySource, type ByteSource } from '../byte-source.js';
import { bytesField, joinBytes, stringField } from '../encode-wire.js';
import { newNode, SourceParts } from '../program/source-parts.js';
import type { OnnxModel } from '../graph.js';
import { readModel } from '../read-model.js';
import { GraphView } from './graph-view.js';
import { rmsNorm } from './rms-norm.js';

/**
 * The same model with fewer nodes: what exporters write as several small operators and onnxruntime knows as one becomes one.
 * A step of a small model is bound by the number of its nodes. Inputs, outputs and weights stay what and where they are; a model
 * in which nothing is recognised is given back as it is.
 */
export function leanModel(
  model: OnnxModel,
  source: ByteSource,
): { readonly model: OnnxModel; readonly source: ByteSource } {
  const view = new GraphView(model.graph, source);
  const merged = new Map(
    model.graph.nodes.flatMap((node) => {
      const norm = rmsNorm(view, node);
      return norm === null ? [] : [[node, norm] as const];
    }),
  );
  if (merged.size === 0) return { model, source };
  const parts = new SourceParts(model, source);
  const { graph } = model;
  const bytes = joinBytes([
    parts.frame(),
    bytesField(
      7,
      joinBytes([
        stringField(2, 'lean'),
        ...graph.inputs.map((input) => parts.value(11, input)),
        ...graph.outputs.map((output) => parts.value(12, output)),
        ...parts.initializers(),
        ...graph.nodes.map((node) => {
          const one = merged.get(node);
          return one === undefined ? parts.node(node) : newNode(one);
        }),
      ]),
    ),
  ]);
  const lean = memorySource(source.name, bytes);
  return { model: readModel(lean), source: lean };
}
