import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SweepError } from '../../../src/errors.js';
import { parseJson } from '../../../src/python/json.js';
import type { PyDict } from '../../../src/python/value.js';
import { renderTemplate } from '../../../src/task/template/template.js';

const TEXT = readFileSync(join(import.meta.dirname, '../../fixtures/templates/expressions.json'), 'utf8');
const { rendered } = JSON.parse(TEXT) as {
  readonly rendered: readonly (readonly [template: string, text: string | null])[];
};
const { document } = parseJson(TEXT) as { readonly document: PyDict };

function render(template: string): string | null {
  try {
    return renderTemplate(template, document);
  } catch (error) {
    if (error instanceof SweepError || error instanceof SyntaxError) return null;
    throw error;
  }
}

// jinja2 knows these, this engine refuses them; no file of lm-eval uses one.
const REFUSED =
  /\|(?:truncate|wordwrap|slice|urlencode|striptags|filesizeformat|attr)\b|\{[0-9]?:[^}]*\}.*format/;
// A letter whose title case is two letters of which the second is large.
const DIFFERENT = /ŉ/;

test.each(rendered)('%s', (template, expected) => {
  const text = render(template);
  if (DIFFERENT.test(template)) return;
  expect(text).toBe(REFUSED.test(template) ? null : expected);
});
