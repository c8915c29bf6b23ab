import { isList, toNumber } from '../../python/value.js';

/** The numbers that a document keeps for an aggregation hook, in order. */
export function valuesOf(item: unknown): number[] {
  if (typeof item === 'object' && item !== null && 'values' in item && isList(item.values)) {
    return item.values.map(toNumber);
  }
  return [toNumber(item)];
}

/** The texts that a document keeps for an aggregation hook, in order. */
export function textValuesOf(item: unknown): string[] {
  if (typeof item === 'object' && item !== null && 'values' in item && isList(item.values)) {
    return item.values.map(String);
  }
  return [];
}
