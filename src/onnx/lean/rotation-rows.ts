import { newNode } from '../program/source-parts.js';
import { integers, OWN } from '../program/vocabulary.js';
import type { AngleTable } from './rotation.js';

const own = (name: string): string => `${OWN}rotation/${name}`;

/**
 * Cosines and sines of a run as onnxruntime's rotary operator takes them: a row [width / 2] for every token of the run, and the
 * index [batch, sequence] that says which. Each is made once, before it is first used.
 */
export class RotationRows {
  readonly constants = new Map<string, Uint8Array>();
  readonly #positions: string;
  readonly #made = new Set<string>();

  constructor(positions: string) {
    this.#positions = positions;
  }

  /** The name of the index, with the nodes that make it where it is new. */
  index(): { readonly name: string; readonly nodes: readonly Uint8Array[] } {
    const name = own('index');
    const [zero, one] = [this.#integers('0', [0], []), this.#integers('1', [1], [])];
    return this.#once(name, () => [
      newNode({ op: 'Size', inputs: [this.#positions], outputs: [own('size')] }),
      newNode({ op: 'Range', inputs: [zero, own('size'), one], outputs: [own('rows')] }),
      newNode({ op: 'Shape', inputs: [this.#positions], outputs: [own('shape')] }),
      newNode({ op: 'Reshape', inputs: [own('rows'), own('shape')], outputs: [name] }),
    ]);
  }

  /** The name of a table's rows, with the nodes that make them where they are new. */
  rows({ name: table, width, isDoubled }: AngleTable): {
    readonly name: string;
    readonly nodes: readonly Uint8Array[];
  } {
    const name = own(table);
    const shape = this.#integers(`x${width}`, [-1, width], [2]);
    const flat = isDoubled ? `${name}/whole` : name;
    return this.#once(name, () => [
      newNode({ op: 'Reshape', inputs: [table, shape], outputs: [flat] }),
      ...(isDoubled ? this.#half(flat, name, width / 2) : []),
    ]);
  }

  #half(whole: string, name: string, half: number): Uint8Array[] {
    const [start, end, axis] = [
      this.#integers('start', [0], [1]),
      this.#integers(`end${half}`, [half], [1]),
      this.#integers('axis', [1], [1]),
    ];
    return [newNode({ op: 'Slice', inputs: [whole, start, end, axis], outputs: [name] })];
  }

  #once(name: string, nodes: () => Uint8Array[]): { name: string; nodes: readonly Uint8Array[] } {
    if (this.#made.has(name)) return { name, nodes: [] };
    this.#made.add(name);
    return { name, nodes: nodes() };
  }

  #integers(name: string, values: readonly number[], dims: readonly number[]): string {
    this.constants.set(name, integers(own(name), values, dims));
    return own(name);
  }
}
