import { SweepError } from '../errors.js';

const UNITS: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, b: 1e9, t: 1e12 };

/** A wanted number of parameters and the name it was asked for by. */
export interface ScaleLabel {
  readonly label: string;
  readonly nParams: number;
}

/** Reads `10m,1.5b,350000`. Throws SweepError BAD_SCALE for anything else. */
export function parseScales(text: string): ScaleLabel[] {
  return text.split(',').map((part) => {
    const label = part.trim().toLowerCase();
    const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([kmbt]?)$/.exec(label) ?? [];
    const nParams = Math.round(Number(number) * (UNITS[unit] ?? 1));
    if (number !== '' && nParams > 0) return { label, nParams };
    throw new SweepError(
      'BAD_SCALE',
      `Expected parameter counts such as 10m,1.5b in --params, got ${JSON.stringify(part)}; write a number, with k, m or b behind it.`,
    );
  });
}

/** 124439808 as `124M`, 7241732096 as `7.24B`: three digits. */
export function formatCount(count: number): string {
  const [unit, size] = count >= 1e9 ? ['B', 1e9] : count >= 1e6 ? ['M', 1e6] : ['k', 1e3];
  return `${Number((count / size).toPrecision(3))}${unit}`;
}
