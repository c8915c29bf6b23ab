import { join } from 'node:path';
import { namesIn, systemFile } from './system-files.js';

/** Where Linux tells of processors. */
const LINUX = { status: '/proc/self/status', nodes: '/sys/devices/system/node' };

/**
 * The processors that this process may use, as Linux numbers them, by the memory (NUMA node) that they are nearest to; one node
 * where the system tells of none. Null where it does not say which processors there are.
 */
export function processorNodes({ status, nodes } = LINUX): readonly (readonly number[])[] | null {
  const allowed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(systemFile(status) ?? '')?.[1];
  if (allowed === undefined) return null;
  const mine = new Set(processorsIn(allowed));
  const lists = namesIn(nodes)
    .filter((name) => /^node\d+$/.test(name))
    .sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)))
    .map((name) => processorsIn(systemFile(join(nodes, name, 'cpulist')) ?? ''));
  const usable = lists.map((list) => list.filter((processor) => mine.has(processor)));
  const found = usable.filter((list) => list.length > 0);
  return found.flat().length === mine.size ? found : [[...mine]];
}

/** "0-2,8" as 0, 1, 2, 8. */
function processorsIn(list: string): number[] {
  return [...list.matchAll(/(\d+)(?:-(\d+))?/g)].flatMap(([, first, last = first]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index),
  );
}
