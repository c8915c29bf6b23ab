import { compilePythonRegex, substitute } from '../python/regex.js';
import { pyStr } from '../python/repr.js';
import { isList, type PyDict } from '../python/value.js';

const PUNCTUATION = /[!-/:-@[-`{-~]/g; // Python's string.punctuation

/** A normaliser of texts by exact_match's options; both sides go through it before they are compared. */
export function exactMatchNormaliser(options: PyDict): (text: string) => string {
  const ignored = options['regexes_to_ignore'];
  const patterns = isList(ignored) ? ignored.map((pattern) => compilePythonRegex(pyStr(pattern))) : [];
  return (text) => {
    let result = patterns.reduce((current, pattern) => substitute(pattern, current, ''), text);
    if (options['ignore_case'] === true) result = result.toLowerCase();
    if (options['ignore_punctuation'] === true) result = result.replace(PUNCTUATION, '');
    if (options['ignore_numbers'] === true) result = result.replace(/[0-9]/g, '');
    return dropTrailingNulls(result);
  };
}

// lm-eval compares numpy arrays of text, which forget trailing NUL characters.
function dropTrailingNulls(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end -= 1;
  return text.slice(0, end);
}
