import { SweepError } from '../errors.js';

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

const FORMATS: Readonly<Record<string, (date: Date) => string | number>> = {
  Y: (date) => date.getUTCFullYear(),
  y: (date) => pad(date.getUTCFullYear() % 100),
  m: (date) => pad(date.getUTCMonth() + 1),
  d: (date) => pad(date.getUTCDate()),
  e: (date) => String(date.getUTCDate()).padStart(2),
  B: (date) => MONTHS[date.getUTCMonth()] ?? '',
  b: (date) => MONTHS[date.getUTCMonth()]?.slice(0, 3) ?? '',
  A: (date) => DAYS[date.getUTCDay()] ?? '',
  a: (date) => DAYS[date.getUTCDay()]?.slice(0, 3) ?? '',
  j: (date) => pad((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000 + 1, 3),
  H: () => '00',
  I: () => '12',
  M: () => '00',
  S: () => '00',
  p: () => 'AM',
  '%': () => '%',
};

/**
 * Python's strftime in the C locale for midnight of a day (ISO, such as 2024-07-26); `%-d` and its like come without
 * leading zeros. Throws SweepError for a code that is not known here.
 */
export function formatDate(day: string, format: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  return format.replaceAll(/%(-?)(.)/g, (found, plain: string, code: string) => {
    const value = FORMATS[code]?.(date);
    if (value === undefined) {
      throw new SweepError(
        'DATE_FORMAT',
        `Expected a date's format of the codes %${Object.keys(FORMATS).join(' %')}, got ${JSON.stringify(found)}.`,
      );
    }
    return plain === '' ? String(value) : String(value).replace(/^0+(?=\d)/, '');
  });
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}
