import { isDict, type PyDict, type PyValue } from '../python/value.js';
import type { GroupDefinition } from '../task/group-definition.js';

/** Shots by task, and by group where all its direct members have the same. Groups stand before those inside them. */
export function withGroupShots(shots: PyDict, groups: readonly GroupDefinition[]): PyDict {
  const all: Record<string, PyValue> = { ...shots };
  for (const { name, members } of groups) {
    const [first = null, ...others] = new Set(members.flatMap((member) => all[member] ?? []));
    if (first !== null && others.length === 0) all[name] = first;
  }
  return all;
}

/** Directions of metrics by task, and by group from its direct members; null where they contradict one another. */
export function withGroupDirections(directions: PyDict, groups: readonly GroupDefinition[]): PyDict {
  const all: Record<string, PyValue> = { ...directions };
  for (const { name, members } of groups) {
    const own: Record<string, PyValue> = {};
    for (const member of members) {
      const given = all[member];
      for (const [metric, isHigher] of isDict(given) ? Object.entries(given) : []) {
        own[metric] = Object.hasOwn(own, metric) && own[metric] !== isHigher ? null : isHigher;
      }
    }
    if (Object.keys(own).length > 0) all[name] = own;
  }
  return all;
}
