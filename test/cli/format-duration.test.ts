import { expect, test } from 'vitest';
import { formatDuration } from '../../src/cli/format-duration.js';

test.each([
  [400, '0s'],
  [59_400, '59s'],
  [59_600, '1m00s'],
  [83_000, '1m23s'],
  [3_599_000, '59m59s'],
  [7_260_000, '2h01m'],
])('%i ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
