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

/** The cache branch off and all rows of logits kept, as constants under the inputs' own names. */
export function switches(signature: DecoderSignature): Uint8Array[] {
  const { useCacheBranch } = signature;
  if (useCacheBranch === null) return keepAllRows(signature);
  const raw = Uint8Array.of(0);
  const off = encodeTensor({ name: useCacheBranch, type: 'bool', dims: [1], content: { raw } });
  return [bytesField(5, off), ...keepAllRows(signature)];
}

/** All rows of logits kept, as a constant under the input's own name. */
export function keepAllRows({ rowsToKeep }: DecoderSignature): Uint8Array[] {
  if (rowsToKeep === null) return [];
  const dims = Array.from({ length: rowsToKeep.rank }, () => 1);
  return [integers(rowsToKeep.name, [0], dims)];
}

/** The cache branch of a merged decoder on where there is a cache, under the input's own name: the first pass takes the other branch. */
export function cacheSwitch({ useCacheBranch, cache }: DecoderSignature): Uint8Array[] {
  const [entry] = cache;
  if (useCacheBranch === null || entry === undefined) return [];
  const own = (name: string): string => `${OWN}branch/${name}`;
  return [
    integers(own('axis'), [entry.sequenceAxis]),
    newNode({ op: 'Shape', inputs: [entry.past], outputs: [own('shape')] }),
    gather(own('shape'), own('axis'), { output: own('length') }),
    newNode({ op: 'Greater', inputs: [own('length'), `${OWN}0`], outputs: [useCacheBranch] }),
  ];
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
