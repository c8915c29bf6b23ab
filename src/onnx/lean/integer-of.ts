import type { Node } from '../graph.js';
import type { GraphView } from './graph-view.js';

const LAST_OF_FOUR = 3;
const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  // Sizes are not negative, so that cutting off is rounding down.
  Div: (a, b) => Math.floor(a / b),
};

/**
 * An integer that is computed from constants and from sizes of last axes, as the middle of a head is by torch's exporter; null
 * where it depends on anything else. `widthOf` gives the size of the last of a value's four axes.
 */
export function integerOf(
  view: GraphView,
  value: string | undefined,
  widthOf: (name: string) => number | null,
): number | null {
  const scalar = view.scalar(value);
  if (scalar !== null) return scalar;
  const same = view.made(value, 'Unsqueeze', 'Squeeze', 'Cast');
  if (same !== null) return integerOf(view, same.inputs[0], widthOf);
  const sum = view.made(value, ...Object.keys(ARITHMETIC));
  if (sum !== null) {
    const [a = null, b = null] = sum.inputs.map((input) => integerOf(view, input, widthOf));
    const result = a === null || b === null ? null : ARITHMETIC[sum.opType]?.(a, b);
    return result !== undefined && Number.isSafeInteger(result) ? result : null;
  }
  return sizeOf(view, view.made(value, 'Gather'), widthOf);
}

function sizeOf(view: GraphView, size: Node | null, widthOf: (name: string) => number | null): number | null {
  const shape = view.made(size?.inputs[0], 'Shape');
  const axis = view.scalar(size?.inputs[1]);
  const isLast = axis === -1 || axis === LAST_OF_FOUR;
  return shape !== null && shape.attributes.length === 0 && isLast
    ? widthOf(view.same(shape.inputs[0]))
    : null;
}
