import type { NodeSpec } from '../encode-model.js';
import { outerNames, type Node } from '../graph.js';
import type { DecoderGraph } from './body-copy.js';
import { newNode } from './source-parts.js';
import { OWN } from './vocabulary.js';
import { CONTRIB, LeftFactors, weightProducts, type WeightProduct } from './wide-products.js';

// Operators that go number by number: they give the same whichever way the numbers are laid out.
const ELEMENTWISE = new Set(['Sigmoid', 'Tanh', 'Relu', 'Erf', 'Mul', 'Add', 'Sub', 'Div']);

/** A value [..., width] that is there as [width, rows]. */
interface Turned {
  readonly name: string;
  readonly width: number;
  /** A value of the same outer dimensions that is there as it is. */
  readonly like: string;
}

/**
 * The body of a generating program for batches of many rows. A product x W is computed as Wᵀ xᵀ: with the weight as its left
 * factor onnxruntime reads it once for all rows, where it reads a right factor again for every dozen, in an order that memory
 * does not like. From 8 rows on, up to some 50, that is up to 1.8 times as fast for weights beyond the caches (measured with
 * AVX-512 on two cores), the same above, and slower for a row or two. Products of one input are computed as one, and what
 * follows number by number stays turned.
 */
export class WideBody {
  readonly factors = new LeftFactors();
  readonly #decoder: DecoderGraph;
  readonly #products: ReadonlyMap<Node, WeightProduct>;
  readonly #turned = new Map<string, Turned>();
  readonly #made = new Set<string>();
  readonly #fields: Uint8Array[] = [];

  constructor(decoder: DecoderGraph) {
    this.#decoder = decoder;
    this.#products = weightProducts(decoder.parts.model.graph);
  }

  /** The nodes as fields of a graph; values in `wanted` are there as they are. */
  write(nodes: readonly Node[], wanted: readonly string[]): Uint8Array[] {
    for (const node of nodes) this.#write(node, nodes);
    for (const name of wanted) this.#straighten(name);
    return this.#fields;
  }

  /** The product of a head's node with states [rows, inner]; null where it is no product with a weight. */
  headProduct(node: Node, state: string): Uint8Array[] | null {
    const product = this.#products.get(node);
    if (product === undefined) return null;
    const [output = ''] = node.outputs;
    const turned = `${OWN}turned/${output}`;
    const perm = { perm: { ints: [1, 0] } };
    return [
      productOf(this.factors.of([product]), { rows: state, output: turned }),
      newNode({ op: 'Transpose', inputs: [turned], outputs: [output], attributes: perm }),
    ];
  }

  #write(node: Node, nodes: readonly Node[]): void {
    const product = this.#products.get(node);
    if (product !== undefined) {
      if (!this.#turned.has(node.outputs[0] ?? '')) this.#multiply(product, nodes);
      return;
    }
    const shared = this.#allTurned(node);
    if (shared !== null) {
      const rename = (name: string): string => this.#turned.get(name)?.name ?? `${OWN}turned/${name}`;
      this.#fields.push(this.#decoder.parts.renamed(node, rename));
      const [output = ''] = node.outputs;
      this.#turned.set(output, { ...shared, name: `${OWN}turned/${output}` });
      return;
    }
    for (const name of [...node.inputs, ...outerNames(node)]) this.#straighten(name);
    this.#fields.push(this.#decoder.parts.node(node));
  }

  /** What a number-by-number operator's inputs are turned like, where all of them are, and alike. */
  #allTurned(node: Node): Turned | null {
    if (!ELEMENTWISE.has(node.opType) || node.domain !== '' || node.outputs.length !== 1) return null;
    const turned = node.inputs.map((name) => this.#turned.get(name));
    const [first] = turned;
    if (first === undefined) return null;
    return turned.every((other) => other?.width === first.width && other.like === first.like) ? first : null;
  }

  /** A product, together with all others of the same input. */
  #multiply(product: WeightProduct, nodes: readonly Node[]): void {
    const [input = ''] = product.node.inputs;
    const group = nodes.flatMap((node) => {
      const other = this.#products.get(node);
      return other !== undefined && node.inputs[0] === input ? [other] : [];
    });
    const outputs = group.map(({ node }) => `${OWN}turned/${node.outputs[0] ?? ''}`);
    const whole = outputs.length === 1 ? (outputs[0] ?? '') : `${OWN}turned_all/${input}`;
    const left = this.factors.of(group);
    const turned = this.#turned.get(input);
    if (turned === undefined) {
      const rows = `${OWN}rows/${input}`;
      this.#node('Reshape', [input, this.factors.integers([-1, product.inner])], rows);
      this.#fields.push(productOf(left, { rows, output: whole }));
    } else {
      this.#node('MatMul', [left, turned.name], whole);
    }
    if (outputs.length > 1) this.#split(whole, outputs, group);
    for (const [index, { node, width }] of group.entries()) {
      this.#turned.set(node.outputs[0] ?? '', {
        name: outputs[index] ?? '',
        width,
        like: turned?.like ?? input,
      });
    }
  }

  #split(whole: string, outputs: readonly string[], group: readonly WeightProduct[]): void {
    const widths = group.map(({ width }) => width);
    // The sizes of Split became an input with opset 13.
    const isOld = (this.#decoder.parts.model.opsets.get('') ?? 0) < 13;
    const attributes = { axis: { int: 0 }, ...(isOld ? { split: { ints: widths } } : {}) };
    const inputs = isOld ? [whole] : [whole, this.factors.integers(widths)];
    this.#fields.push(newNode({ op: 'Split', inputs, outputs, attributes }));
  }

  /** Makes sure that a value is there as it is. */
  #straighten(name: string): void {
    const turned = this.#turned.get(name);
    if (turned === undefined || this.#made.has(name)) return;
    this.#made.add(name);
    const back = `${OWN}back/${name}`;
    this.#node('Transpose', [turned.name], back, { perm: { ints: [1, 0] } });
    this.#node('Reshape', [back, this.#shape(turned)], name);
  }

  /** The name of the shape of a value: the outer dimensions of what it is like, and its own width. */
  #shape({ like, width }: Turned): string {
    const outer = `${OWN}outer/${like}`;
    const shape = `${outer}/${width}`;
    if (this.#made.has(shape)) return shape;
    if (!this.#made.has(outer)) {
      this.#made.add(outer);
      this.#node('Shape', [like], `${outer}/whole`);
      this.#node('Slice', [`${outer}/whole`, this.factors.integers([0]), this.factors.integers([-1])], outer);
    }
    this.#made.add(shape);
    this.#node('Concat', [outer, this.factors.integers([width])], shape, { axis: { int: 0 } });
    return shape;
  }

  #node(op: string, inputs: string[], output: string, attributes: NodeSpec['attributes'] = {}): void {
    this.#fields.push(newNode({ op, inputs, outputs: [output], attributes }));
  }
}

/** left [width, inner] x rowsᵀ, from rows [n, inner]. */
function productOf(
  left: string,
  { rows, output }: { readonly rows: string; readonly output: string },
): Uint8Array {
  return newNode({
    op: 'FusedMatMul',
    domain: CONTRIB,
    inputs: [left, rows],
    outputs: [output],
    attributes: { transB: { int: 1 } },
  });
}
