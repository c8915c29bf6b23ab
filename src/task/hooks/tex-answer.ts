/** The last \boxed or \fbox of a solution, braces matched; null where there is none. */
export function lastBoxed(text: string): string | null {
  if (text.includes('\\boxed ')) return `\\boxed ${text.split('\\boxed ').at(-1)?.split('$')[0] ?? ''}`;
  return lastBraced(text);
}

/** The same with braces only. */
export function lastBraced(text: string): string | null {
  const start = Math.max(
    text.lastIndexOf('\\boxed'),
    text.lastIndexOf('\\boxed') < 0 ? text.lastIndexOf('\\fbox') : -1,
  );
  if (start < 0) return null;
  let depth = 0;
  for (let i = start; i < text.length; i += 1) {
    if (text.charAt(i) === '{') depth += 1;
    if (text.charAt(i) !== '}') continue;
    depth -= 1;
    if (depth === 0) return text.slice(start, i + 1);
  }
  return null;
}

/** What stands inside \boxed. */
export function withoutBox(boxed: string): string {
  if (boxed.startsWith('\\boxed ')) return boxed.slice('\\boxed '.length);
  return boxed.slice(boxed.indexOf('{') + 1, -1);
}

/** True where two answers in TeX are one after the normalisation of the MATH data set (Hendrycks 2021). */
export function isEquivalentTex(first: string, second: string): boolean {
  const [a, b] = [normaliseTex(first), normaliseTex(second)];
  return a === null || b === null ? first === second : a === b;
}

const REMOVED = ['\n', '\\!'];
const REMOVED_LATER = ['\\left', '\\right', '^{\\circ}', '^\\circ', '\\$'];

// Null where the reference would give up with an exception.
function normaliseTex(text: string): string | null {
  let result = text;
  for (const part of REMOVED) result = result.replaceAll(part, '');
  result = result.replaceAll('\\\\', '\\').replaceAll('tfrac', 'frac').replaceAll('dfrac', 'frac');
  for (const part of REMOVED_LATER) result = result.replaceAll(part, '');
  const units = result.split('\\text{ ');
  if (units.length > 2) return null;
  result = (units[0] ?? '').replaceAll('\\%', '').replaceAll(' .', ' 0.').replaceAll('{.', '{0.');
  if (result === '') return result;
  if (result.startsWith('.')) result = `0${result}`;
  const sides = result.split('=');
  if (sides.length === 2 && (sides[0] ?? '').length <= 2) result = sides[1] ?? '';
  const rooted = braceRoots(result);
  const fractions = rooted === null ? null : braceFractions(rooted.replaceAll(' ', ''));
  if (fractions === null) return null;
  return slashToFraction(fractions === '0.5' ? '\\frac{1}{2}' : fractions);
}

// \sqrt3 -> \sqrt{3}
function braceRoots(text: string): string | null {
  const [head = '', ...rest] = text.split('\\sqrt');
  if (rest.includes('')) return null;
  return (
    head +
    rest
      .map((part) => (part.startsWith('{') ? `\\sqrt${part}` : `\\sqrt{${part.charAt(0)}}${part.slice(1)}`))
      .join('')
  );
}

// \frac12 -> \frac{1}{2}, \frac1{72} -> \frac{1}{72}
function braceFractions(text: string): string | null {
  const [head = '', ...rest] = text.split('\\frac');
  let result = head;
  for (const part of rest) {
    if (part === '') return null;
    if (part.startsWith('{')) {
      result += `\\frac${part}`;
      continue;
    }
    if (part.length < 2) return text;
    const [a, b] = [part.charAt(0), part.charAt(1)];
    result += b === '{' ? `\\frac{${a}}${part.slice(1)}` : `\\frac{${a}}{${b}}${part.slice(2)}`;
  }
  return result;
}

function slashToFraction(text: string): string | null {
  const parts = text.split('/');
  if (parts.length !== 2) return text;
  const [a = '', b = ''] = parts;
  if (!/^\s*[-+]?\d+\s*$/.test(a) || !/^\s*[-+]?\d+\s*$/.test(b)) return null;
  return `${Number(a)}/${Number(b)}` === text ? `\\frac{${Number(a)}}{${Number(b)}}` : text;
}
