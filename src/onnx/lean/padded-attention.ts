import type { DecoderSignature } from '../decoder-signature.js';
import { hasHalfWeights, outerNames, type OnnxModel } from '../graph.js';
import { newNode, SourceParts } from '../program/source-parts.js';
import { float, gather, hiding, integers, OWN } from '../program/vocabulary.js';
import { canBeTold, rotatedOutside } from './outer-rotation.js';
import { rewrittenModel, type ModelInSource } from './rewritten-model.js';

const own = (name: string): string => `${OWN}padded/${name}`;
/** The mask as if there were no padding: what attention counts columns by. */
const WHOLE = own('whole');
const BIAS = own('bias');

/** Whether `paddedOnLeft` can be had of a model. */
export function takesPadding(model: OnnxModel, signature: DecoderSignature): boolean {
  const mask = signature.attentionMask?.name;
  if (mask === undefined || signature.useCacheBranch !== null || signature.positionIds !== null) return false;
  return canBeTold(model, signature) && !model.graph.nodes.some((node) => outerNames(node).includes(mask));
}

/**
 * A model whose attention counts columns by itself, for rows that are padded on the left: it counts the padding, too, while
 * rotations go by `positions` and a bias made of the mask hides the padding.
 */
export function paddedOnLeft(
  given: ModelInSource,
  signature: DecoderSignature,
  positions: string,
): ModelInSource {
  const { model, source } = rotatedOutside(given, signature, { positions, bias: BIAS });
  const parts = new SourceParts(model, source);
  const mask = signature.attentionMask?.name ?? '';
  const nodes = model.graph.nodes.map((node) =>
    node.inputs.includes(mask)
      ? parts.rewired(
          node,
          node.inputs.map((name) => (name === mask ? WHOLE : name)),
        )
      : parts.node(node),
  );
  const told = { mask, ids: signature.inputIds.name, isHalf: hasHalfWeights(model.graph) };
  return rewrittenModel({ model, source }, parts, {
    name: 'padded on the left',
    fields: [...paddingBias(told), ...nodes],
  });
}

/** `WHOLE` int64 [rows, total] of ones, and `BIAS` [rows, 1, columns, total]: zero where the mask is one, far below zero elsewhere. */
function paddingBias({
  mask,
  ids,
  isHalf,
}: {
  readonly mask: string;
  readonly ids: string;
  readonly isHalf: boolean;
}): Uint8Array[] {
  const node = (op: string, inputs: string[], output: string): Uint8Array =>
    newNode({ op, inputs, outputs: [output] });
  const wide = isHalf ? own('bias32') : BIAS;
  return [
    integers(own('zero'), [0], []),
    integers(own('first'), [0]),
    integers(own('second'), [1]),
    integers(own('apart'), [0, 1, 1, -1]),
    float(own('seen'), 0),
    hiding(own('hidden'), { isHalf }),
    node('Shape', [mask], own('shape')),
    node('Mul', [mask, own('zero')], own('nothing')),
    node('Add', [own('nothing'), own('second')], WHOLE),
    node('Shape', [ids], own('ids')),
    gather(own('shape'), own('first'), { output: own('rows') }),
    gather(own('ids'), own('second'), { output: own('columns') }),
    gather(own('shape'), own('second'), { output: own('total') }),
    newNode({
      op: 'Concat',
      inputs: [own('rows'), own('second'), own('columns'), own('total')],
      outputs: [own('every')],
      attributes: { axis: { int: 0 } },
    }),
    node('Greater', [mask, own('zero')], own('is_seen')),
    node('Where', [own('is_seen'), own('seen'), own('hidden')], own('flat')),
    node('Reshape', [own('flat'), own('apart')], own('narrow')),
    node('Expand', [own('narrow'), own('every')], wide),
    ...(isHalf
      ? [newNode({ op: 'Cast', inputs: [wide], outputs: [BIAS], attributes: { to: { int: 10 } } })]
      : []),
  ];
}
