import { encodeTensor } from '../encode-model.js';
import { bytesField } from '../encode-wire.js';
import type { DecoderSignature } from '../decoder-signature.js';
import { newNode } from './source-parts.js';
import { gather, integers, OWN } from './vocabulary.js';

/**
 * Values for the inputs of a model that a program does not take from outside: an empty cache for as many rows as `ids` has, the
 * cache branch switched off, all rows kept. Gives fields of a graph that define `nameOf(input)` for each.
 */
export function standIns(
  signature: DecoderSignature,
  ids: string,
  nameOf: (input: string) => string,
): Uint8Array[] {
  return [...emptyCaches(signature, ids, nameOf), ...switches(signature)];
}

/** Constants under the inputs' own names: no cache branch, all rows of logits. */
export function switches({ useCacheBranch, rowsToKeep }: DecoderSignature): Uint8Array[] {
  const fields: Uint8Array[] = [];
  if (useCacheBranch !== null) {
    const off = {
      name: useCacheBranch,
      type: 'bool',
      dims: [1],
      content: { raw: Uint8Array.of(0) },
    } as const;
    fields.push(bytesField(5, encodeTensor(off)));
  }
  if (rowsToKeep !== null)
    fields.push(
      integers(
        rowsToKeep.name,
        [0],
        Array.from({ length: rowsToKeep.rank }, () => 1),
      ),
    );
  return fields;
}

function emptyCaches(
  { cache }: DecoderSignature,
  ids: string,
  nameOf: (input: string) => string,
): Uint8Array[] {
  if (cache.length === 0) return [];
  const made = new Map<string, string>();
  const fields = [
    newNode({ op: 'Shape', inputs: [ids], outputs: [`${OWN}empty/ids`] }),
    gather(`${OWN}empty/ids`, `${OWN}0`, { output: `${OWN}empty/batch` }),
  ];
  for (const { past, dims, sequenceAxis, elementType } of cache) {
    const key = `${OWN}empty/${elementType}/${dims.map((dim) => dim ?? '').join('x')}`;
    if (!made.has(key)) {
      const rest = dims.slice(1).map((dim, axis) => (axis + 1 === sequenceAxis ? 0 : (dim ?? 0)));
      fields.push(
        integers(`${key}/rest`, rest),
        newNode({
          op: 'Concat',
          inputs: [`${OWN}empty/batch`, `${key}/rest`],
          outputs: [`${key}/shape`],
          attributes: { axis: { int: 0 } },
        }),
        newNode({ op: 'ConstantOfShape', inputs: [`${key}/shape`], outputs: [`${key}/wide`] }),
        newNode({
          op: 'Cast',
          inputs: [`${key}/wide`],
          outputs: [key],
          attributes: { to: { int: elementType === 'float16' ? 10 : 1 } },
        }),
      );
      made.set(key, key);
    }
    fields.push(newNode({ op: 'Identity', inputs: [key], outputs: [nameOf(past)] }));
  }
  return fields;
}
