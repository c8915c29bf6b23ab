import { SweepError } from '../errors.js';
import { translateClass } from './fnmatch.js';

/**
 * A glob over paths as a RegExp, by fsspec's rules: `*` and `?` stay within one part of the path, `**` stands for any
 * number of parts and only as a whole part. Throws SweepError for a `**` inside a part.
 */
export function compilePathGlob(pattern: string): RegExp {
  const parts = pattern.split('/');
  const body = parts.map((part, index) => {
    const isLast = index === parts.length - 1;
    if (part === '*') return isLast ? '[^/]+' : '[^/]+/';
    if (part === '**') return isLast ? '.*' : '(?:.+/)?';
    if (part.includes('**')) {
      throw new SweepError(
        'BAD_PATTERN',
        `Expected \`**\` to be a whole part of a path in the data files' pattern ${JSON.stringify(pattern)}.`,
      );
    }
    return translatePart(part) + (isLast ? '' : '/');
  });
  return new RegExp(`^${body.join('')}$`, 's');
}

function translatePart(part: string): string {
  let body = '';
  for (let i = 0; i < part.length; i += 1) {
    const next = part.charAt(i);
    const close = next === '[' ? part.indexOf(']', part.charAt(i + 1) === '!' ? i + 3 : i + 2) : -1;
    if (next === '*') body += '[^/]*';
    else if (next === '?') body += '[^/]';
    else if (close !== -1) {
      body += translateClass(part.slice(i + 1, close));
      i = close;
    } else body += next.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  }
  return body;
}
