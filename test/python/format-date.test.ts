import { expect, test } from 'vitest';
import { formatDate } from '../../src/python/format-date.js';

test.each([
  ['%d %b %Y', '05 Mar 2026'],
  ['%A, %B %-d, %Y', 'Thursday, March 5, 2026'],
  ['%Y-%m-%d %H:%M:%S %p', '2026-03-05 00:00:00 AM'],
  ['%y%j %e %a 100%%', '26064  5 Thu 100%'],
])('%s is what Python prints', (format, expected) => {
  expect(formatDate('2026-03-05', format)).toBe(expected);
});

test('a code that is not known is refused', () => {
  expect(() => formatDate('2026-03-05', '%Q')).toThrow(/got "%Q"/);
});
