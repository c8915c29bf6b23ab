import type { ScaleCost } from '../cost-table.js';
import { formatCount, formatSignificant, formatValue } from '../number-format.js';
import type { ReportNames } from '../report-names.js';
import { escapeHtml, htmlTable } from './element.js';

/** What each scale costs: charts, then every number. */
export function costSection(
  costs: readonly ScaleCost[],
  figures: readonly string[],
  names: ReportNames,
): string {
  if (costs.length === 0) return '';
  const cells = COLUMNS.map(({ of }) => costs.map((cost) => of(cost, names)));
  const known = COLUMNS.map((_, i) => i).filter((i) => i < 2 || cells[i]?.some((cell) => cell !== '-'));
  const header = known.map((i) => COLUMNS[i]?.name ?? '');
  const rows = costs.map((_, row) => known.map((i) => cells[i]?.[row] ?? ''));
  return `<h2 id="cost">Throughput, latency, memory, energy</h2>
<p class="small">Rates are of one worker, medians over trials, load and warm-up excluded; latency is that of a batch; memory is the peak of the engine process, which several models may share.${costs.some(({ energyJ }) => energyJ !== null) ? '' : ' Energy was not measured: no meter was found on this machine.'}</p>
<div class="grid">${figures.join('\n')}</div>
${htmlTable(header, rows, { caption: 'Cost by scale', numeric: header.map((_, i) => i).slice(1) })}`;
}

interface CostColumn {
  readonly name: string;
  readonly of: (cost: ScaleCost, names: ReportNames) => string;
}

const optional = (value: number | null): string => (value === null ? '-' : formatSignificant(value));

const COLUMNS: readonly CostColumn[] = [
  {
    name: 'scale',
    of: ({ model, precision, device }, names) => escapeHtml(`${names.scale(model)} ${precision} ${device}`),
  },
  { name: 'parameters', of: ({ nParams }) => formatCount(nParams) },
  { name: 'trials', of: ({ nTrials }) => String(nTrials) },
  { name: 'mean score', of: ({ score }) => (score === null ? '-' : formatValue(score)) },
  { name: 'requests/s', of: ({ requestsPerSecond }) => formatSignificant(requestsPerSecond) },
  { name: 'prompt tok/s', of: ({ promptTokensPerSecond }) => formatSignificant(promptTokensPerSecond) },
  { name: 'generated tok/s', of: ({ generatedTokensPerSecond }) => optional(generatedTokensPerSecond) },
  { name: 'p50 ms', of: ({ latencyP50Ms }) => optional(latencyP50Ms) },
  { name: 'p90 ms', of: ({ latencyP90Ms }) => optional(latencyP90Ms) },
  {
    name: 'peak MiB',
    of: ({ peakRssBytes }) => optional(peakRssBytes === null ? null : peakRssBytes / 2 ** 20),
  },
  { name: 'energy J', of: ({ energyJ }) => optional(energyJ) },
];
