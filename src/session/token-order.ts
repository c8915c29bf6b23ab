/** Lexicographic order of id sequences, a prefix before what it begins. */
export function compareTokens(a: Uint32Array, b: Uint32Array): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** How many tokens two sequences begin with in common. */
export function sharedLength(a: Uint32Array, b: Uint32Array): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}

/** `head` stands at the beginning of `tokens`. */
export function isPrefix(head: Uint32Array, tokens: Uint32Array): boolean {
  if (head.length > tokens.length) return false;
  for (let index = 0; index < head.length; index++) if (head[index] !== tokens[index]) return false;
  return true;
}

/** A map key equal for equal sequences. */
export function keyOf(tokens: Uint32Array): string {
  return Buffer.from(tokens.buffer, tokens.byteOffset, tokens.byteLength).toString('latin1');
}
