import { expect, test } from 'vitest';
import { costCharts } from '../../src/report/charts/cost-charts.js';
import { PAPER_THEME } from '../../src/report/charts/theme.js';
import { costCells } from '../../src/report/cost-columns.js';
import { costsByScale } from '../../src/report/cost-table.js';
import { namesOf } from '../../src/report/report-names.js';
import { exampleTrials } from '../helpers/trials.js';

const NAMES = namesOf([]);
const metered = exampleTrials().map((trial) => ({
  ...trial,
  energyJ: 6,
  gpu: { utilization: 0.5, watts: 300 },
  memory: { ...trial.memory, peakPssBytes: 2 ** 20, gpuBytes: 2 ** 30 },
  timeMs: { runtime: 900, host: 100, tokenizer: 5 },
  prefixReuse: 0.75,
  mfu: 0.4,
  mbu: 0.2,
}));

test('a scale tells its energy a token, shares of the roofs and memory of the GPU', () => {
  const { header, rows } = costCells(costsByScale(metered), NAMES);
  const cell = (name: string): string | undefined => rows[0]?.[header.indexOf(name)];
  const wanted = { MFU: '40%', MBU: '20%', 'GPU busy': '50%', 'GPU MiB': '1,024', 'PSS MiB': '1.00' };
  for (const [name, text] of Object.entries(wanted)) expect([name, cell(name)]).toEqual([name, text]);
  expect(cell('outside the runtime')).toBe('10%');
  expect(cell('prefix reused')).toBe('75%');
  const [cost] = costsByScale(metered);
  expect(cost?.joulesPerToken).toBeCloseTo(6 / (cost?.promptTokensPerSecond ?? 1), 9);
});

test('what was not measured has no column, and no roof', () => {
  const costs = costsByScale(exampleTrials());
  expect(costCells(costs, NAMES).header).not.toContain('MFU');
  const [throughput] = costCharts(costs, NAMES).filter(({ name }) => name === 'throughput');
  expect(JSON.stringify(throughput?.spec(PAPER_THEME))).toContain(
    '{"data":{"values":[]},"mark":{"type":"line"',
  );
});

test('the speed of scales is drawn below the rate that their roof allows', () => {
  const costs = costsByScale(metered);
  const [throughput] = costCharts(costs, NAMES).filter(({ name }) => name === 'throughput');
  const layers = throughput?.spec(PAPER_THEME)['layer'] as { data: { values: { value: number }[] } }[];
  expect(layers[0]?.data.values.map(({ value }) => value)).toEqual(
    costs.map(({ promptTokensPerSecond }) => promptTokensPerSecond / 0.4),
  );
  expect(costCharts(costs, NAMES).some(({ name }) => name === 'energy')).toBe(true);
});
