import { editDistance } from '../stats/edit-distance.js';

/** The known name nearest to a misspelt one, or null when none is near. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const ranked = known
    .map((candidate) => ({
      candidate,
      distance: editDistance(Array.from(name.toLowerCase()), Array.from(candidate.toLowerCase())),
    }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(1, Math.floor(name.length / 3))
    ? best.candidate
    : null;
}

/** How a value looks in a message: `-1` (number). */
export function quoteValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  const kind = value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
  return `\`${text.length > 80 ? `${text.slice(0, 77)}...` : text}\` (${kind})`;
}

/** Many problems as one message: each on its own line when there is more than one. */
export function joinProblems(problems: readonly string[]): string {
  return problems.length === 1 ? (problems[0] ?? '') : problems.map((problem) => `\n  - ${problem}`).join('');
}
