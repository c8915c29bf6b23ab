import type { DecoderSignature } from '../decoder-signature.js';
import type { Graph, Node } from '../graph.js';
import { activations } from '../program/attention-sites.js';
import { constantNames } from '../program/constant-names.js';
import { newNode, SourceParts } from '../program/source-parts.js';
import { gather, integers, OWN } from '../program/vocabulary.js';
import { rewrittenModel, type ModelInSource } from './rewritten-model.js';

const [TABLE, INDEX] = [0, 1];
const FLOATS = new Set(['float32', 'float16']);

/** Names of what a model that counts columns itself is told. */
export interface GivenPositions {
  /** int64 [rows, columns]: the position of each token. */
  readonly positions: string;
  /** A value of shape [rows, prefix + columns], which tells how long the prefix is. */
  readonly total: string;
}

/**
 * A model that takes no positions but looks what it counted up in a table, as GPT-2 and OPT do: the same, looking up what it
 * counted for the column that has the given position. A model without such a table is given back as it is.
 */
export function lookedUpAt(
  given: ModelInSource,
  signature: DecoderSignature,
  { positions, total }: GivenPositions,
): ModelInSource {
  const { model, source } = given;
  const lookups = new Set(positionLookups(model.graph, signature));
  if (lookups.size === 0) return given;
  const parts = new SourceParts(model, source);
  const own = (name: string): string => `${OWN}counted/${name}`;
  const node = (op: string, inputs: string[], output: string): Uint8Array =>
    newNode({ op, inputs, outputs: [output] });
  const column = [
    integers(own('second'), [1]),
    integers(own('flat'), [-1]),
    node('Shape', [total], own('total')),
    node('Shape', [signature.inputIds.name], own('ids')),
    gather(own('total'), own('second'), { output: own('all') }),
    gather(own('ids'), own('second'), { output: own('columns') }),
    node('Sub', [own('all'), own('columns')], own('prefix')),
    node('Sub', [positions, own('prefix')], own('column')),
  ];
  return rewrittenModel(given, parts, {
    name: 'positions given',
    fields: [
      ...column,
      ...model.graph.nodes.flatMap((each, index) => {
        if (!lookups.has(each)) return [parts.node(each)];
        const [table = '', counted = ''] = [each.inputs[TABLE], each.inputs[INDEX]];
        // All rows count alike: the first is as good as any.
        return [
          node('Reshape', [counted, own('flat')], own(`${index}/row`)),
          gather(own(`${index}/row`), own('column'), { output: own(`${index}/index`) }),
          parts.rewired(each, [table, own(`${index}/index`)]),
        ];
      }),
    ],
  });
}

/** The nodes that look up, in a table of floats, what goes by the columns of the text and not by its ids. */
export function positionLookups(graph: Graph, signature: DecoderSignature): Node[] {
  const active = activations(graph, signature);
  const constants = constantNames(graph);
  const isTable = new Set(
    graph.initializers.flatMap(({ name, dims, elementType }) =>
      dims.length === 2 && FLOATS.has(elementType) ? [name] : [],
    ),
  );
  return graph.nodes.filter(({ opType, inputs, attributes }) => {
    const [table = '', index = ''] = [inputs[TABLE], inputs[INDEX]];
    const isFirstAxis = attributes.every(({ name, int }) => name !== 'axis' || int === 0 || int === null);
    return (
      opType === 'Gather' && isFirstAxis && isTable.has(table) && !active.has(index) && !constants.has(index)
    );
  });
}
