import { costCells } from '../cost-columns.js';
import type { ScaleCost } from '../cost-table.js';
import type { ReportNames } from '../report-names.js';
import { escapeHtml, htmlTable } from './element.js';

/** What each scale costs: charts, then every number. */
export function costSection(
  costs: readonly ScaleCost[],
  figures: readonly string[],
  names: ReportNames,
): string {
  if (costs.length === 0) return '';
  const { header, rows } = costCells(costs, names);
  return `<h2 id="cost">Throughput, latency, memory, energy</h2>
<p class="small">Rates are of one worker, medians over trials, load and warm-up excluded; latency is that of a batch; memory is the peak of the engine process, which several models may share. MFU and MBU are shares of what one worker reached on this machine in a plain matrix product and in reading memory.${costs.some(({ energyJ }) => energyJ !== null) ? '' : ' Energy was not measured: no meter was found on this machine.'}</p>
<div class="grid">${figures.join('\n')}</div>
${htmlTable(
  header,
  rows.map((row) => row.map(escapeHtml)),
  { caption: 'Cost by scale', numeric: header.map((_, i) => i).slice(1) },
)}`;
}
