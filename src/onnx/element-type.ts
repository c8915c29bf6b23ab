/** ONNX tensor element types by TensorProto.DataType. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
  17: 'float8e4m3fn',
  21: 'uint4',
  22: 'int4',
};

const BITS: Readonly<Record<string, number>> = {
  float32: 32,
  uint8: 8,
  int8: 8,
  uint16: 16,
  int16: 16,
  int32: 32,
  int64: 64,
  bool: 8,
  float16: 16,
  float64: 64,
  uint32: 32,
  uint64: 64,
  bfloat16: 16,
  float8e4m3fn: 8,
  uint4: 4,
  int4: 4,
};

/** The name of a TensorProto.DataType, as onnxruntime spells it. */
export function elementTypeName(dataType: number): string {
  return NAMES[dataType] ?? `type ${dataType}`;
}

/** Bytes of `count` elements, null where the type has no fixed width. */
export function bytesOfElements(elementType: string, count: number): number | null {
  const bits = BITS[elementType];
  return bits === undefined ? null : Math.ceil((count * bits) / 8);
}
