import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { processorNodes } from '../../src/machine/processor-nodes.js';

/** Files as Linux has them. */
function linux(
  allowed: string,
  nodes: Readonly<Record<string, string>>,
): Parameters<typeof processorNodes>[0] {
  const root = mkdtempSync(join(tmpdir(), 'scalesweep-nodes-'));
  writeFileSync(join(root, 'status'), `Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t${allowed}\n`);
  for (const [name, list] of Object.entries(nodes)) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, 'cpulist'), `${list}\n`);
  }
  return { status: join(root, 'status'), nodes: root };
}

test('processors are told by memory node, those only that the process may use', () => {
  expect(processorNodes(linux('0-7', { node0: '0-1,4-5', node1: '2-3,6-7' }))).toEqual([
    [0, 1, 4, 5],
    [2, 3, 6, 7],
  ]);
  expect(processorNodes(linux('2,6,8-9', { node0: '0-1,4-5', node1: '2-3,6-9', node10: '' }))).toEqual([
    [2, 6, 8, 9],
  ]);
});

test('without nodes, or with processors on none, all are one node', () => {
  expect(processorNodes(linux('0-3', {}))).toEqual([[0, 1, 2, 3]]);
  expect(processorNodes(linux('0-3', { node0: '0-1' }))).toEqual([[0, 1, 2, 3]]);
});

test('where the system does not say, nothing is told', () => {
  expect(processorNodes({ status: '/nowhere', nodes: '/nowhere' })).toBeNull();
});
