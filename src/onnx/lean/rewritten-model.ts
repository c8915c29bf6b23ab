import { memorySource, type ByteSource } from '../byte-source.js';
import { bytesField, joinBytes, stringField } from '../encode-wire.js';
import type { OnnxModel } from '../graph.js';
import type { SourceParts } from '../program/source-parts.js';
import { readModel } from '../read-model.js';

/** A model with the bytes that its parts lie in. */
export interface ModelInSource {
  readonly model: OnnxModel;
  readonly source: ByteSource;
}

/**
 * The same model with another inside: its inputs, outputs and initializers stay, `fields` (initializers, nodes) are what else its
 * graph holds. `opsets` are fields of operator sets that the model does not have.
 */
export function rewrittenModel(
  { model: { graph }, source }: ModelInSource,
  parts: SourceParts,
  {
    name,
    opsets = [],
    fields,
  }: {
    readonly name: string;
    readonly opsets?: readonly Uint8Array[];
    readonly fields: readonly Uint8Array[];
  },
): ModelInSource {
  const bytes = joinBytes([
    parts.frame(),
    ...opsets,
    bytesField(
      7,
      joinBytes([
        stringField(2, name),
        ...graph.inputs.map((input) => parts.value(11, input)),
        ...graph.outputs.map((output) => parts.value(12, output)),
        ...parts.initializers(),
        ...fields,
      ]),
    ),
  ]);
  const rewritten = memorySource(source.name, bytes);
  return { model: readModel(rewritten), source: rewritten };
}
