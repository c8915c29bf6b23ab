/**
 * The device of every trial. Whole sessions (one model at one precision) are given out, longest first, each to the
 * device with the least work so far, so that a model is opened on one device only; ties go to the device named first.
 */
export function spreadOverDevices(
  costs: readonly number[],
  sessions: readonly string[],
  devices: readonly string[],
): string[] {
  const costOf = new Map<string, number>();
  sessions.forEach((session, index) => costOf.set(session, (costOf.get(session) ?? 0) + (costs[index] ?? 0)));
  const load = new Map(devices.map((device) => [device, 0]));
  const deviceOf = new Map<string, string>();
  for (const [session, cost] of [...costOf].sort((a, b) => b[1] - a[1])) {
    const least = [...load].reduce((best, entry) => (entry[1] < best[1] ? entry : best));
    deviceOf.set(session, least[0]);
    load.set(least[0], least[1] + cost);
  }
  return sessions.map((session) => deviceOf.get(session) ?? devices[0] ?? 'cpu');
}
