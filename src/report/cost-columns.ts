import type { ScaleCost } from './cost-table.js';
import { formatCount, formatSignificant, formatValue } from './number-format.js';
import type { ReportNames } from './report-names.js';

/** The costs of scales as cells of text; columns in which nothing was measured are left out. */
export function costCells(
  costs: readonly ScaleCost[],
  names: ReportNames,
): { readonly header: string[]; readonly rows: string[][] } {
  const columns = COLUMNS.map(({ name, of }) => ({ name, cells: costs.map((cost) => of(cost, names)) }));
  const known = columns.filter(({ cells }, i) => i < 2 || cells.some((cell) => cell !== '-'));
  return {
    header: known.map(({ name }) => name),
    rows: costs.map((_, row) => known.map(({ cells }) => cells[row] ?? '')),
  };
}

interface CostColumn {
  readonly name: string;
  readonly of: (cost: ScaleCost, names: ReportNames) => string;
}

const optional = (value: number | null): string => (value === null ? '-' : formatSignificant(value));

const mebibytes = (bytes: number | null): string => optional(bytes === null ? null : bytes / 2 ** 20);
const percent = (share: number | null): string => (share === null ? '-' : `${(100 * share).toFixed(0)}%`);

const COLUMNS: readonly CostColumn[] = [
  {
    name: 'scale',
    of: ({ model, precision, device }, names) => `${names.scale(model)} ${precision} ${device}`,
  },
  { name: 'parameters', of: ({ nParams }) => formatCount(nParams) },
  { name: 'trials', of: ({ nTrials }) => String(nTrials) },
  { name: 'mean score', of: ({ score }) => (score === null ? '-' : formatValue(score)) },
  { name: 'requests/s', of: ({ requestsPerSecond }) => formatSignificant(requestsPerSecond) },
  { name: 'prompt tok/s', of: ({ promptTokensPerSecond }) => formatSignificant(promptTokensPerSecond) },
  { name: 'generated tok/s', of: ({ generatedTokensPerSecond }) => optional(generatedTokensPerSecond) },
  { name: 'p50 ms', of: ({ latencyP50Ms }) => optional(latencyP50Ms) },
  { name: 'p90 ms', of: ({ latencyP90Ms }) => optional(latencyP90Ms) },
  { name: 'peak MiB', of: ({ peakRssBytes }) => mebibytes(peakRssBytes) },
  { name: 'PSS MiB', of: ({ peakPssBytes }) => mebibytes(peakPssBytes) },
  { name: 'GPU MiB', of: ({ gpuBytes }) => mebibytes(gpuBytes) },
  { name: 'GPU busy', of: ({ gpuUtilization }) => percent(gpuUtilization) },
  { name: 'energy J', of: ({ energyJ }) => optional(energyJ) },
  { name: 'J/token', of: ({ joulesPerToken }) => optional(joulesPerToken) },
  { name: 'MFU', of: ({ mfu }) => percent(mfu) },
  { name: 'MBU', of: ({ mbu }) => percent(mbu) },
  { name: 'outside the runtime', of: ({ hostShare }) => percent(hostShare) },
  { name: 'padding', of: ({ paddingWaste }) => percent(paddingWaste) },
  { name: 'prefix reused', of: ({ prefixReuse }) => percent(prefixReuse) },
];
