import type { CurveClass } from '../../analysis/decide.js';

/** The class as a coloured word with a mark of its own, so that colour is not all that tells it. */
export function classBadge(name: CurveClass, text: string = name): string {
  return `<span class="class class-${name}">${text}</span>`;
}
