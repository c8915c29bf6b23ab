import { editDistance } from '../stats/edit-distance.js';

/** `; did you mean "x"?` for the known name that is nearest to a misspelt one, or nothing when none is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  let best: { name: string; distance: number } | null = null;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > 3) continue;
    const distance = editDistance(Array.from(name.toLowerCase()), Array.from(candidate.toLowerCase()));
    if (best === null || distance < best.distance) best = { name: candidate, distance };
  }
  const isNear =
    best !== null && best.distance <= (name.length < 4 ? 1 : Math.max(2, Math.floor(name.length / 3)));
  return isNear && best !== null ? `; did you mean ${JSON.stringify(best.name)}?` : '';
}
