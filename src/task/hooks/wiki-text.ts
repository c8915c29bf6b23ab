import { compilePythonRegex, substitute } from '../../python/regex.js';

const PLAIN = [
  [' @-@ ', '-'],
  [' @,@ ', ','],
  [' @.@ ', '.'],
  [' : ', ': '],
  [' ; ', '; '],
  [' . ', '. '],
  [' ! ', '! '],
  [' ? ', '? '],
  [' , ', ', '],
] as const;

const BRACKETS = [
  ['\\(\\s*([^\\)]*?)\\s*\\)', '(\\1)'],
  ['\\[\\s*([^\\]]*?)\\s*\\]', '[\\1]'],
  ['{\\s*([^}]*?)\\s*}', '{\\1}'],
  ['\\"\\s*([^\\"]*?)\\s*\\"', '"\\1"'],
  ["'\\s*([^']*?)\\s*'", "'\\1'"],
] as const;

const LAST = [
  ['= = = =', '===='],
  ['= = =', '==='],
  ['= =', '=='],
  [' \u00b0 ', '\u00b0'],
  [' \n', '\n'],
  ['\n ', '\n'],
  [' N ', ' 1 '],
  [" 's", "'s"],
] as const;

/** WikiText's tokens joined to running text, by lm-eval's rules in their order. */
export function detokenizeWiki(page: string): string {
  let text = substitute(compilePythonRegex("/' [0-9]/"), page.replaceAll("s '", "s'"), "/'[0-9]/");
  for (const [from, to] of PLAIN) text = text.replaceAll(from, to);
  for (const [pattern, replacement] of BRACKETS)
    text = substitute(compilePythonRegex(pattern), text, replacement);
  for (const [from, to] of LAST) text = text.replaceAll(from, to);
  return text;
}
