import { encodeTensor, encodeValue, type TensorType, type ValueSpec } from '../encode-model.js';
import { bytesField } from '../encode-wire.js';
import { newNode } from './source-parts.js';

// Small sayings of which programs are made. Values that programs add begin with "sweep/", so that no model has them.
// Only operators whose form is the same in every operator set from 11 on are used.

export const OWN = 'sweep/';

/** int64 constants as a field of a graph. */
export function integers(
  name: string,
  values: readonly number[],
  dims: readonly number[] = [values.length],
): Uint8Array {
  const raw = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return bytesField(5, encodeTensor({ name, type: 'int64', dims, content: { raw } }));
}

/** A float32 constant as a field of a graph. */
export function float(name: string, value: number): Uint8Array {
  const raw = new Uint8Array(Float32Array.of(value).buffer);
  return bytesField(5, encodeTensor({ name, type: 'float32', dims: [], content: { raw } }));
}

/** What hides a token when it is added to a score: below anything that a score can be, and still finite with one added. */
export function hiding(name: string, { isHalf }: { readonly isHalf: boolean }): Uint8Array {
  return float(name, isHalf ? -3e4 : -1e30);
}

export function graphInput(name: string, type: TensorType, dims: ValueSpec['dims']): Uint8Array {
  return bytesField(11, encodeValue({ name, type, dims }));
}

export function graphOutput(name: string, type: TensorType, dims: ValueSpec['dims']): Uint8Array {
  return bytesField(12, encodeValue({ name, type, dims }));
}

/** Constants that every program may use. */
export function commonConstants(): Uint8Array[] {
  return [
    integers(`${OWN}0`, [0]),
    integers(`${OWN}1`, [1]),
    integers(`${OWN}2`, [2]),
    integers(`${OWN}-1`, [-1]),
  ];
}

/**
 * Values [batch, sequence, width] as [batch x sequence, width]: a row for each of `ids`, which onnxruntime holds them to. `from`
 * says what a value is called here, the same if left out, and `nameOf` what its rows are called.
 */
export function flattenRows(
  values: readonly string[],
  {
    ids,
    from = (name) => name,
    nameOf,
  }: {
    readonly ids: string;
    readonly from?: (name: string) => string;
    readonly nameOf: (name: string) => string;
  },
): Uint8Array[] {
  const own = (name: string): string => `${OWN}flat/${ids}/${name}`;
  return [
    integers(own('one'), [1]),
    newNode({ op: 'Size', inputs: [ids], outputs: [own('size')] }),
    newNode({ op: 'Reshape', inputs: [own('size'), own('one')], outputs: [own('sizes')] }),
    newNode({
      op: 'Concat',
      inputs: [own('sizes'), `${OWN}-1`],
      outputs: [own('shape')],
      attributes: { axis: { int: 0 } },
    }),
    ...values.map((value) =>
      newNode({ op: 'Reshape', inputs: [from(value), own('shape')], outputs: [nameOf(value)] }),
    ),
  ];
}

export function gather(
  data: string,
  indices: string,
  { output, axis = 0 }: { output: string; axis?: number },
): Uint8Array {
  return newNode({
    op: 'Gather',
    inputs: [data, indices],
    outputs: [output],
    attributes: { axis: { int: axis } },
  });
}
