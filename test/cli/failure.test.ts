import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { reportFailure } from '../../src/cli/failure.js';
import { JournalError, SweepError, TrialError } from '../../src/errors.js';

let said = '';
beforeEach(() => {
  said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

test.each([
  ['a wrong request', new SweepError('UNKNOWN_TASK', 'Expected a task'), 2],
  ['a failed trial', new TrialError('NAN', 'NaN'), 1],
  ['a full disk', new JournalError('DISK_FULL', 'the disk is full'), 1],
  ['a damaged journal', new JournalError('JOURNAL_DAMAGED', 'damaged'), 2],
])('%s is one sentence on stderr with exit code', (_what, error, code) => {
  expect(reportFailure(error)).toBe(code);
  expect(said).toBe(`scalesweep: ${error.message}\n`);
});

test('a defect keeps its stack and asks for a report', () => {
  expect(reportFailure(new TypeError('x is undefined'))).toBe(1);
  expect(said).toMatch(/defect of scalesweep[\s\S]*TypeError: x is undefined\n\s+at /);
});
