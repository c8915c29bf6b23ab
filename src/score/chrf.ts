import type { Translation } from './bleu.js';

export function corpusChrf(_items: readonly Translation[], _options: { readonly wordOrder: number }): number {
  return Number.NaN;
}
