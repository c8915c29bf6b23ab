import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { parseJson } from '../../../src/python/json.js';
import type { PyDict } from '../../../src/python/value.js';
import { renderTemplate } from '../../../src/task/template/template.js';

interface Case {
  readonly template: string;
  readonly syntaxError?: string;
  readonly rendered?: readonly { readonly document: PyDict; readonly text: string }[];
  readonly failed?: readonly PyDict[];
}

const FILE = join(import.meta.dirname, '../../fixtures/templates/lm-eval-0.4.13.json.gz');
const { cases } = parseJson(gunzipSync(readFileSync(FILE)).toString('utf8')) as unknown as {
  cases: readonly Case[];
};

function outcome(template: string, document: PyDict): string {
  try {
    return renderTemplate(template, document);
  } catch (error) {
    return `error: ${error instanceof Error ? error.message : String(error)}`;
  }
}

test('every template that ships with lm-eval renders as jinja2 renders it', () => {
  const wrong = cases.flatMap(({ template, rendered = [] }) =>
    rendered
      .map(({ document, text }) => ({ template, document, expected: text, got: outcome(template, document) }))
      .filter(({ expected, got }) => expected !== got),
  );
  expect(cases.length).toBeGreaterThan(1800);
  expect(wrong.slice(0, 5)).toEqual([]);
});

test('documents that jinja2 cannot render are refused, never rendered to something else', () => {
  const accepted = cases.flatMap(({ template, failed = [] }) =>
    failed
      .map((document) => ({ template, document, got: outcome(template, document) }))
      .filter(({ got }) => !got.startsWith('error: ')),
  );
  expect(accepted.slice(0, 5)).toEqual([]);
});
