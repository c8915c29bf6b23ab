/** Python's fnmatch pattern as a RegExp over whole names: `*`, `?`, `[abc]` and `[!abc]`. */
export function compileGlob(pattern: string): RegExp {
  let body = '';
  for (let i = 0; i < pattern.length; i += 1) {
    const next = pattern.charAt(i);
    const close = next === '[' ? pattern.indexOf(']', i + 2) : -1;
    if (next === '*') body += '[^]*';
    else if (next === '?') body += '[^]';
    else if (close !== -1) {
      const inside = pattern.slice(i + 1, close).replace(/[\\\]^]/g, '\\$&');
      body += `[${inside.startsWith('!') ? `^${inside.slice(1)}` : inside}]`;
      i = close;
    } else body += next.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  }
  return new RegExp(`^${body}$`);
}

/** True where a text holds glob characters. */
export function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}
