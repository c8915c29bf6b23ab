import { compareTokens, sharedLength } from './token-order.js';

/** Contexts that begin alike. */
export interface PrefixCluster<Item> {
  /** So many tokens, the same in all of them; each has at least one more. 0: nothing worth sharing. */
  readonly prefix: number;
  readonly items: readonly Item[];
}

// A shorter beginning is no few-shot prompt or instruction, but chance.
const MIN_PREFIX = 32;
// Reading a prefix is a run of its own: it has to spare at least so many tokens.
const WORTH_A_RUN = 512;

/** Groups items whose contexts begin with the same tokens, as samples behind one few-shot prompt do; the last cluster holds the rest. */
export function clusterByPrefix<Item>(
  items: readonly Item[],
  contextOf: (item: Item) => Uint32Array,
): PrefixCluster<Item>[] {
  const asked = items.map((item) => ({ item, context: contextOf(item) }));
  // What all begin with need not be compared again and again.
  const [first] = asked;
  const same = asked.reduce(
    (least, { context }) => Math.min(least, sharedLength(context, first?.context ?? context)),
    Infinity,
  );
  const sorted = asked.toSorted((a, b) => compareTokens(a.context, b.context, same));
  const clusters: PrefixCluster<Item>[] = [];
  const rest: Item[] = [];
  for (let start = 0; start < sorted.length;) {
    let prefix = usable(sorted[start]?.context);
    let end = start + 1;
    for (; end < sorted.length; end++) {
      const [before, after] = [sorted[end - 1]?.context, sorted[end]?.context];
      if (before === undefined || after === undefined) break;
      const shared = Math.min(sharedLength(before, after), usable(before), usable(after));
      if (shared < MIN_PREFIX) break;
      prefix = Math.min(prefix, shared);
    }
    const members = sorted.slice(start, end).map(({ item }) => item);
    if (prefix * (members.length - 1) >= WORTH_A_RUN) clusters.push({ prefix, items: members });
    else rest.push(...members);
    start = end;
  }
  return rest.length === 0 ? clusters : [...clusters, { prefix: 0, items: rest }];
}

// The last token of a context predicts: it is not left to the prefix.
function usable(context: Uint32Array | undefined): number {
  return Math.max(0, (context?.length ?? 0) - 1);
}
