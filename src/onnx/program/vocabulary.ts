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

/** `output` = `input` [a, b, width] as [a x b, width]. */
export function flatten(input: string, output: string): Uint8Array[] {
  return [
    newNode({ op: 'Shape', inputs: [input], outputs: [`${output}/shape`] }),
    newNode({ op: 'Gather', inputs: [`${output}/shape`, `${OWN}2`], outputs: [`${output}/width`] }),
    newNode({
      op: 'Concat',
      inputs: [`${OWN}-1`, `${output}/width`],
      outputs: [`${output}/flat`],
      attributes: { axis: { int: 0 } },
    }),
    newNode({ op: 'Reshape', inputs: [input, `${output}/flat`], outputs: [output] }),
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
