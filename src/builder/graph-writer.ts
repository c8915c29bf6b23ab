import type { Attribute, NodeSpec, TensorSpec, TensorType, ValueSpec } from '../onnx/encode-model.js';
import { toHalf } from './half.js';
import type { WeightRef } from './weights.js';

/** How a weight's values lie in the file of weights. */
export type WeightEncoding =
  /** As in the checkpoint, row-major, as floats. */
  | 'plain'
  /** Floats [in, out]: the right-hand side of a MatMul. */
  | 'input-major'
  /** int8 [in, out], then one float scale an output. */
  | 'int8'
  /** Blocks of 4-bit numbers, output by output (MatMulNBits), then one float scale a block. */
  | 'q4';

/** One weight to be written: its values make one initializer, or two with the scales. */
export interface PlannedWeight {
  readonly ref: WeightRef;
  readonly encoding: WeightEncoding;
  readonly floatType: 'float32' | 'float16';
  readonly parts: readonly PlannedPart[];
  /** Gives the values of a table that no checkpoint holds. */
  readonly compute?: () => Float32Array;
}

export interface PlannedPart {
  readonly name: string;
  readonly type: TensorType;
  readonly dims: readonly number[];
}

export interface OpSpec {
  readonly op: string;
  readonly inputs: readonly string[];
  /** Names of the outputs; one name is made up when left out. */
  readonly outputs?: readonly string[];
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/** The operator set of onnxruntime's own operators. */
export const MICROSOFT = 'com.microsoft';

/** A graph being written: every method adds and gives back the names of the values it made. */
export class GraphWriter {
  readonly nodes: NodeSpec[] = [];
  readonly constants: TensorSpec[] = [];
  readonly weights: PlannedWeight[] = [];
  readonly inputs: ValueSpec[] = [];
  readonly outputs: ValueSpec[] = [];
  /** Element type of activations. */
  readonly floatType: 'float32' | 'float16';
  #scope = '';
  readonly #known = new Set<string>();

  constructor(floatType: 'float32' | 'float16') {
    this.floatType = floatType;
  }

  /** Names of what follows begin with this. */
  enter(scope: string): void {
    this.#scope = scope;
  }

  /** Adds a graph input. */
  input(name: string, type: TensorType, dims: readonly (number | string)[]): string {
    this.inputs.push({ name, type, dims });
    return name;
  }

  /** Declares a value as graph output. */
  output(name: string, type: TensorType, dims: readonly (number | string)[]): void {
    this.outputs.push({ name, type, dims });
  }

  /** Adds a node of the standard operator set with one output. */
  op(op: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    return this.node({ op, inputs, attributes })[0];
  }

  /** Adds a node; an output named '' is left out. */
  node(spec: OpSpec): [string, ...string[]] {
    const name = `${this.#scope}/${spec.op}_${this.nodes.length}`;
    const [first = name, ...rest] = spec.outputs ?? [name];
    this.nodes.push({ ...spec, name, outputs: [first, ...rest] });
    return [first, ...rest];
  }

  /** Adds a node with `count` outputs of made-up names. */
  split(op: OpSpec, count: number): string[] {
    const name = `${this.#scope}/${op.op}_${this.nodes.length}`;
    return this.node({ ...op, outputs: Array.from({ length: count }, (_, index) => `${name}_${index}`) });
  }

  /** A constant vector of int64, or a scalar where a bare number is given. */
  ints(values: number | readonly number[]): string {
    const list = typeof values === 'number' ? [values] : values;
    const raw = new Uint8Array(new BigInt64Array(list.map(BigInt)).buffer);
    const name = typeof values === 'number' ? `int_${values}` : `ints_${list.join('_')}`;
    return this.#constant({
      name,
      type: 'int64',
      dims: typeof values === 'number' ? [] : [list.length],
      content: { raw },
    });
  }

  /** A constant float32 scalar. */
  single(value: number): string {
    const raw = new Uint8Array(new Float32Array([value]).buffer);
    return this.#constant({ name: `float_${value}`, type: 'float32', dims: [], content: { raw } });
  }

  /** A constant scalar in the activations' type. */
  float(value: number): string {
    if (this.floatType === 'float32') return this.single(value);
    const raw = new Uint8Array(toHalf(Float32Array.of(value)).buffer);
    return this.#constant({ name: `half_${value}`, type: 'float16', dims: [], content: { raw } });
  }

  /** Plans a table that is computed, not learned, in the activations' type. */
  computed(name: string, dims: readonly number[], compute: () => Float32Array): string {
    const ref: WeightRef = { tensor: name, dims, layout: 'out-in' };
    const parts = [{ name, type: this.floatType, dims }];
    return this.plan({ ref, encoding: 'plain', floatType: this.floatType, parts, compute });
  }

  /** A constant float32 table kept in the graph itself. */
  table(name: string, values: Float32Array, dims: readonly number[]): string {
    return this.#constant({ name, type: 'float32', dims, content: { raw: new Uint8Array(values.buffer) } });
  }

  /** A zero of a quantised type. */
  zeroPoint(type: 'int8' | 'uint8'): string {
    return this.#constant({ name: `zero_${type}`, type, dims: [], content: { raw: new Uint8Array(1) } });
  }

  /** Converts floats; a value that has the type already must not be given. */
  castFloat(value: string, to: 'float32' | 'float16'): string {
    return this.op('Cast', [value], { to: { int: to === 'float32' ? 1 : 10 } });
  }

  /** Plans a weight as floats of the activations' type. */
  weight(ref: WeightRef, encoding: 'plain' | 'input-major'): string {
    const isTurned = encoding === 'input-major' && ref.layout === 'out-in';
    const name = isTurned ? `${ref.tensor}.T` : ref.tensor;
    const dims = isTurned ? ref.dims.toReversed() : ref.dims;
    return this.plan({
      ref,
      encoding,
      floatType: this.floatType,
      parts: [{ name, type: this.floatType, dims }],
    });
  }

  /** Plans a weight once, and names its first part. */
  plan(weight: PlannedWeight): string {
    const name = weight.parts[0]?.name ?? '';
    if (!this.#known.has(name)) this.weights.push(weight);
    this.#known.add(name);
    return name;
  }

  #constant(tensor: TensorSpec): string {
    if (!this.#known.has(tensor.name)) this.constants.push(tensor);
    this.#known.add(tensor.name);
    return tensor.name;
  }
}
