import type { CurveAnalysis } from '../analysis/curve-analysis.js';
import { formatPercent, formatValue } from './number-format.js';
import { primaryCurves } from './table.js';
import { thresholdInWords } from './words.js';

/** The curves as Markdown: the answer first, then every value with its interval. */
export function curvesMarkdown(curves: readonly CurveAnalysis[]): string {
  const primary = primaryCurves(curves);
  return [
    '# What the curves say\n',
    answerTable(primary),
    '\n## Values by scale\n',
    ...valueTables(primary),
  ].join('\n');
}

function answerTable(curves: readonly CurveAnalysis[]): string {
  return markdownTable(
    ['family', 'task', 'shots', 'metric', 'class', 'confidence', 'threshold', 'why'],
    curves.map((curve) => [
      curve.family,
      curve.task,
      String(curve.shots),
      curve.metric,
      curve.class,
      curve.class === 'undecided' ? '' : formatPercent(curve.confidence),
      thresholdInWords(curve),
      curve.evidence.reason,
    ]),
  );
}

function valueTables(curves: readonly CurveAnalysis[]): string[] {
  return curves.map((curve) => {
    const rows = curve.evidence.scales.map(({ scale, value, ci95, n, seeds }) => [
      scale,
      formatValue(value),
      `${formatValue(ci95[0])} to ${formatValue(ci95[1])}`,
      n === null ? '' : String(n),
      seeds.length > 1 ? seeds.map(formatValue).join(', ') : '',
    ]);
    const heading = `### ${curve.task}, ${curve.shots} shots, ${curve.metric} (${curve.family})\n`;
    return `${heading}\n${markdownTable(['scale', 'value', '95% interval', 'n', 'seeds'], rows)}\n`;
  });
}

/** Rows of cells as a Markdown table; bars inside cells are escaped. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n') + '\n';
}
