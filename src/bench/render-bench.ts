import { formatBytes, BENCH_COLUMNS, CSV_COLUMNS } from './columns.js';
import type { BenchRow } from './bench-row.js';

export const BENCH_FORMATS = ['md', 'csv', 'json', 'jsonl'] as const;
export type BenchFormat = (typeof BENCH_FORMATS)[number];

/** A finished bench as text. */
export function renderBench(rows: readonly BenchRow[], format: BenchFormat): string {
  switch (format) {
    case 'md':
      return renderMarkdown(rows);
    case 'csv':
      return renderCsv(rows);
    case 'json':
      return `${JSON.stringify(rows, null, 2)}\n`;
    case 'jsonl':
      return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  }
}

/** A table with the machine above and what the marks mean below. Columns that say nothing are left out. */
function renderMarkdown(rows: readonly BenchRow[]): string {
  const texts = BENCH_COLUMNS.map((column) => ({ column, cells: rows.map((row) => column.text(row)) }));
  const shown = texts.filter(({ cells }) => cells.some((cell) => cell !== ''));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const widths = shown.map(({ column, cells }) =>
    Math.max(3, column.name.length, ...cells.map(({ length }) => length)),
  );
  const padded = (texts: readonly string[]): string =>
    line(
      texts.map((text, index) =>
        shown[index]?.column.align === 'left'
          ? text.padEnd(widths[index] ?? 0)
          : text.padStart(widths[index] ?? 0),
      ),
    );
  const rule = shown.map(({ column }, index) => {
    const dashes = '-'.repeat((widths[index] ?? 3) - 1);
    return column.align === 'left' ? `-${dashes}` : `${dashes}:`;
  });
  const body = rows.map((_, index) => padded(shown.map(({ cells }) => cells[index] ?? '')));
  return [
    ...machineLines(rows),
    '',
    padded(shown.map(({ column }) => column.name)),
    line(rule),
    ...body,
    '',
  ].join('\n');
}

function machineLines(rows: readonly BenchRow[]): string[] {
  const environment = rows[0]?.environment;
  if (environment === undefined) return [];
  const {
    cpu,
    cores,
    memoryBytes,
    gpu,
    driver,
    os,
    governor,
    node,
    onnxruntime,
    commit,
    loadAverage,
    priority,
  } = environment;
  const parts = [
    `${cpu}, ${cores} cores, ${formatBytes(memoryBytes)}`,
    gpu === null ? null : `${gpu}${driver === null ? '' : ` (driver ${driver})`}`,
    os,
    governor === null ? null : `governor ${governor}`,
    `Node ${node}, onnxruntime ${onnxruntime}`,
    commit === null ? null : `commit ${commit.slice(0, 7)}${commit.includes('+') ? ' with changes' : ''}`,
    `load average at the start ${loadAverage.toFixed(2)}`,
    priority === 0 ? null : `priority ${priority}`,
  ];
  const roofs = new Map(
    rows.flatMap((row) => {
      if (row.status === 'failed' || row.roof === null) return [];
      const { device, threads, flopsPerSecond, bytesPerSecond } = row.roof;
      const text = `Roof of ${device} with ${threads} threads, measured through onnxruntime: ${(flopsPerSecond / 1e9).toFixed(1)} GFLOP/s (fp32 MatMul), ${(bytesPerSecond / 1e9).toFixed(1)} GB/s (read).`;
      return [[`${device}/${threads}`, text] as const];
    }),
  );
  return [parts.filter((part) => part !== null).join('; '), ...roofs.values()];
}

function renderCsv(rows: readonly BenchRow[]): string {
  const lines = [
    CSV_COLUMNS.map(([name]) => name),
    ...rows.map((row) => CSV_COLUMNS.map(([, value]) => value(row))),
  ];
  return lines.map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
}

function quoted(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
