/** Python's fnmatch pattern as a RegExp over whole names: `*`, `?`, `[abc]` and `[!abc]`. */
export function compileGlob(pattern: string): RegExp {
  let body = '';
  for (let i = 0; i < pattern.length; i += 1) {
    const next = pattern.charAt(i);
    const close = next === '[' ? pattern.indexOf(']', i + 2) : -1;
    if (next === '*') body += '[^]*';
    else if (next === '?') body += '[^]';
    else if (close !== -1) {
      body += translateClass(pattern.slice(i + 1, close));
      i = close;
    } else body += next.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  }
  return new RegExp(`^${body}$`);
}

/** `[abc]`, `[0-9]` or `[!x]` as part of a RegExp; a range that runs backwards matches nothing. */
export function translateClass(inside: string): string {
  const isNegated = inside.startsWith('!');
  const members = (isNegated ? inside.slice(1) : inside).replace(/[\\\]^[]/g, '\\$&');
  const forward = members.replace(/(\\?.)-(\\?.)/gs, (range, from: string, to: string) =>
    from.slice(-1) > to.slice(-1) ? '' : range,
  );
  if (forward === '') return isNegated ? '[^]' : '(?!)';
  return `[${isNegated ? '^' : ''}${forward}]`;
}

/** True where a text holds glob characters. */
export function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}
