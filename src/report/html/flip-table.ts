import { formatSignificant } from '../number-format.js';
import type { ItemFlips } from '../../analysis/item-flips.js';
import type { FlipExamples, SampleText } from '../report-data.js';
import type { ReportNames } from '../report-names.js';
import { escapeHtml, htmlTable } from './element.js';

/** Which samples become right and wrong from each scale to the next, and a few of them where their texts are at hand. */
export function flipTable(
  steps: readonly ItemFlips[],
  examples: FlipExamples | null,
  names: ReportNames,
): string {
  if (steps.length === 0) return '';
  const most = Math.max(1, ...steps.map(({ better, worse }) => Math.max(better, worse)));
  const rows = steps.map(({ from, to, n, better, worse, q }) => [
    escapeHtml(`${names.scale(from)} to ${names.scale(to)}`),
    bar(better, most, 'gained'),
    bar(worse, most, 'lost'),
    String(n),
    q < 0.001 ? '&lt;.001' : formatSignificant(q),
  ]);
  const table = htmlTable(['from scale to scale', 'gained', 'lost', 'samples', 'q'], rows, {
    caption:
      'Samples that change between neighbouring scales (McNemar’s test, corrected over all steps of all tasks; seeds are averaged sample by sample)',
    numeric: [3, 4],
  });
  return `<h4>Samples gained and lost</h4>${table}${examples === null ? '' : exampleTable(examples)}`;
}

function bar(count: number, most: number, kind: 'gained' | 'lost'): string {
  return `<span class="flip ${kind}" style="--share: ${((100 * count) / most).toFixed(1)}%">${count}</span>`;
}

function exampleTable({ models, gained, lost }: FlipExamples): string {
  const rows = [
    ...gained.map((text) => ['gained', ...cells(text)]),
    ...lost.map((text) => ['lost', ...cells(text)]),
  ];
  if (rows.length === 0) return '';
  return htmlTable(['', 'asked', 'expected', ...models], rows, {
    caption: `Some samples that ${models[0]} and ${models[1]} answer differently`,
    wrap: [1, 2, 3, 4],
  });
}

function cells({ asked, expected, answers }: SampleText): string[] {
  return [asked, expected, ...answers].map((text) => `<code>${escapeHtml(text)}</code>`);
}
