import { expect, test } from 'vitest';
import { TextFile } from '../../src/files/text-file.js';

test('texts are read at any position, in order or not, while more are written', () => {
  const file = new TextFile();
  const text = (index: number): string => `${index}: ${'schnee ❄ '.repeat(index % 50)}`;
  for (let index = 0; index < 20_000; index += 1) {
    file.push(text(index));
    if (index % 997 === 0) expect(file.at(index)).toBe(text(index));
  }
  expect(file.length).toBe(20_000);
  for (let index = 0; index < file.length; index += 1) expect(file.at(index)).toBe(text(index));
  for (const index of [19_999, 0, 7, 6, 5, 15_000, 15_001]) expect(file.at(index)).toBe(text(index));
  file.close();
});
