import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dumpJson } from '../../../src/python/json.js';
import { readSplit, type DataFormat } from '../../../src/task/data/read-split.js';
import { taskFolder } from '../../helpers/task-folder.js';

// Expectations are what datasets 5.0.1 gives.
test.each<[DataFormat, string, string, string]>([
  ['csv', 'rows.csv', 'day,x\n2024-05-01,1\n', '{"day": "2024-05-01", "x": 1}'],
  ['json', 'rows.jsonl', '{"day": "2024-05-01", "x": -0.0}\n', '{"day": "2024-05-01 00:00:00", "x": -0.0}'],
  [
    'json',
    'rows.json',
    '[{"x": 0.123456789012345678, "y": -0.0, "z": 2.5e-11, "w": 1e22}]',
    '{"x": 0.123456789, "y": 0.0, "z": 0.0, "w": 1e+22}',
  ],
])('%s files give the types of the datasets library: %s', async (format, name, text, expected) => {
  const folder = taskFolder({ [name]: text });
  const { rows } = await readSplit([join(folder, name)], {
    format,
    options: {},
    features: null,
    limit: null,
  });
  expect(dumpJson(rows.at(0))).toBe(expected);
});
