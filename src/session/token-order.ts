/** Lexicographic order of id sequences that are known to begin with the same `same` ids, a prefix before what it begins. */
export function compareTokens(a: Uint32Array, b: Uint32Array, same = 0): number {
  const shared = Math.min(a.length, b.length);
  for (let index = same; index < shared; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** How many tokens two sequences begin with in common: `same` at least, as far as both are that long. */
export function sharedLength(a: Uint32Array, b: Uint32Array, same = 0): number {
  const most = Math.min(a.length, b.length);
  let length = Math.min(most, same);
  while (length < most && a[length] === b[length]) length++;
  return length;
}

/** `head` stands at the beginning of `tokens`, which is known of its first `same` ids. */
export function isPrefix(head: Uint32Array, tokens: Uint32Array, same = 0): boolean {
  return head.length <= tokens.length && sharedLength(head, tokens, same) === head.length;
}

/** A map key equal for equal sequences. */
export function keyOf(tokens: Uint32Array): string {
  return Buffer.from(tokens.buffer, tokens.byteOffset, tokens.byteLength).toString('latin1');
}
