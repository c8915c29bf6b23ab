import { encodeTensor } from '../encode-model.js';
import { bytesField } from '../encode-wire.js';
import { newNode } from '../program/source-parts.js';
import { integers, OWN } from '../program/vocabulary.js';
import type { AngleTable } from './rotation-angles.js';

const own = (name: string): string => `${OWN}rotation/${name}`;
const FLOAT = 1;

/** The name of a value, with the nodes that make it where it is new. */
interface Named {
  readonly name: string;
  readonly nodes: readonly Uint8Array[];
}

/**
 * Cosines and sines of a run as onnxruntime's rotary operator takes them: a row [width / 2] for every token of the run, and the
 * index [batch, sequence] that says which. Each is made once, before it is first used, from the positions [batch, sequence].
 */
export class RotationRows {
  readonly constants = new Map<string, Uint8Array>();
  readonly #positions: string;
  readonly #made = new Set<string>();
  readonly #numbers: string[] = [];

  constructor(positions: string) {
    this.#positions = positions;
  }

  index(): Named {
    const name = own('index');
    const [zero, one] = [this.#integers('0', [0], []), this.#integers('1', [1], [])];
    return this.#once(name, () => [
      newNode({ op: 'Size', inputs: [this.#positions], outputs: [own('size')] }),
      newNode({ op: 'Range', inputs: [zero, own('size'), one], outputs: [own('rows')] }),
      newNode({ op: 'Shape', inputs: [this.#positions], outputs: [own('shape')] }),
      newNode({ op: 'Reshape', inputs: [own('rows'), own('shape')], outputs: [name] }),
    ]);
  }

  /** The rows of a table; tables that are equal number by number have the same. */
  rows({ of, frequencies, scale }: AngleTable): Named {
    const angles = this.#angles(frequencies);
    const bare = `${angles.name}/${of}`;
    const name = scale === 1 ? bare : `${bare}/${scale}`;
    const wave = this.#once(bare, () => [newNode({ op: of, inputs: [angles.name], outputs: [bare] })]);
    const scaled = this.#once(name, () => [
      newNode({ op: 'Mul', inputs: [bare, this.#floats(`scale${scale}`, [scale])], outputs: [name] }),
    ]);
    return { name, nodes: [...angles.nodes, ...wave.nodes, ...scaled.nodes] };
  }

  /** A slice of the last axis of heads [batch, heads, sequence, width] under a name of its own. */
  part(input: string, { start, end }: { readonly start: number; readonly end: number }): Named {
    const name = own(`${start}-${end}/${input}`);
    const bounds = [this.#integers(`at${start}`, [start]), this.#integers(`at${end}`, [end])];
    const inputs = [input, ...bounds, this.#integers('axis', [3])];
    return this.#once(name, () => [newNode({ op: 'Slice', inputs, outputs: [name] })]);
  }

  #angles(frequencies: readonly number[]): Named {
    const key = frequencies.join();
    if (!this.#numbers.includes(key)) this.#numbers.push(key);
    const name = own(`angles${this.#numbers.indexOf(key)}`);
    const column = this.#once(own('floats'), () => [
      newNode({
        op: 'Reshape',
        inputs: [this.#positions, this.#integers('column', [-1, 1])],
        outputs: [own('column')],
      }),
      newNode({
        op: 'Cast',
        inputs: [own('column')],
        outputs: [own('floats')],
        attributes: { to: { int: FLOAT } },
      }),
    ]);
    const angles = this.#once(name, () => [
      newNode({
        op: 'Mul',
        inputs: [column.name, this.#floats(`${name}/frequencies`, frequencies)],
        outputs: [name],
      }),
    ]);
    return { name, nodes: [...column.nodes, ...angles.nodes] };
  }

  #once(name: string, nodes: () => Uint8Array[]): Named {
    if (this.#made.has(name)) return { name, nodes: [] };
    this.#made.add(name);
    return { name, nodes: nodes() };
  }

  #integers(name: string, values: readonly number[], dims?: readonly number[]): string {
    this.constants.set(name, integers(own(`int/${name}`), values, dims));
    return own(`int/${name}`);
  }

  #floats(name: string, values: readonly number[]): string {
    const raw = new Uint8Array(Float32Array.from(values).buffer);
    const tensor = { name: own(name), type: 'float32' as const, dims: [values.length], content: { raw } };
    this.constants.set(name, bytesField(5, encodeTensor(tensor)));
    return own(name);
  }
}
