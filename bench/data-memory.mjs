// Reads a split of two million rows and prints the time and the most memory that it took, each in a process of its own.
// Usage: node bench/data-memory.mjs [rows] (needs `npm run build`)
import { execFileSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const CASES = {
  'first 1,000': { limit: 1000, shots: 0 },
  'first 1,000, 5 shots from all rows': { limit: 1000, shots: 5 },
  'first 100,000': { limit: 100_000, shots: 0 },
  all: { limit: null, shots: 0 },
};

if (process.argv[2] === '--one') await measure(process.argv[3], JSON.parse(process.argv[4]));
else await main(Number(process.argv[2] ?? 2_000_000));

async function main(rows) {
  const folder = mkdtempSync(join(tmpdir(), 'data-memory-'));
  try {
    await writeData(folder, rows);
    console.log('| data | asked | rows | seconds | peak MB |\n|---|---|---|---|---|');
    for (const format of ['json', 'parquet', 'csv']) {
      const data = join(folder, `rows.${format}`);
      const task = join(folder, `${format}.yaml`);
      writeFileSync(task, taskFile(format, data));
      const megabytes = Math.round(statSync(data).size / 2 ** 20);
      for (const [asked, options] of Object.entries(CASES)) {
        const output = execFileSync(process.execPath, [
          import.meta.filename,
          '--one',
          task,
          JSON.stringify(options),
        ]);
        const { nDocs, nSamples, seconds, peakMb } = JSON.parse(output.toString());
        console.log(
          `| ${format}, ${megabytes} MB | ${asked} (${nSamples}) | ${nDocs} | ${seconds} | ${peakMb} |`,
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measure(task, { limit, shots }) {
  const { loadTasks } = await import('../dist/task/load-tasks.js');
  const { prepareWorkload } = await import('../dist/task/prepare-workload.js');
  const [definition] = await loadTasks([task], { includePaths: [] });
  const start = performance.now();
  const { samples, task: prepared } = await prepareWorkload(definition, { limit, shots, seed: 1234 });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ nDocs: prepared.nDocs, nSamples: samples.length, seconds, peakMb }));
}

async function writeData(folder, rows) {
  const path = join(folder, 'rows.json');
  const file = createWriteStream(path);
  for (let i = 0; i < rows; i += 1) {
    const question = `Which of the two words of line ${i} is the one that names a river, and why is it not ${i % 97}?`;
    const row = { id: i, question, choices: ['the river', `stone ${i % 13}`], gold: i % 2, weight: i / 8 };
    if (!file.write(`${JSON.stringify(row)}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const source = `read_json('${path}', format = 'newline_delimited')`;
  await connection.run(
    `COPY (SELECT * FROM ${source}) TO '${join(folder, 'rows.parquet')}' (FORMAT parquet)`,
  );
  await connection.run(
    `COPY (SELECT id, question, choices[1] AS a, choices[2] AS b, gold, weight FROM ${source}) TO '${join(folder, 'rows.csv')}' (FORMAT csv, HEADER)`,
  );
}

function taskFile(format, data) {
  return [
    `task: many_${format}`,
    `dataset_path: ${format}`,
    `dataset_kwargs: { data_files: { test: '${data}' } }`,
    'test_split: test',
    'output_type: multiple_choice',
    'doc_to_text: "{{question}}"',
    `doc_to_choice: "${format === 'csv' ? '{{[a, b]}}' : '{{choices}}'}"`,
    'doc_to_target: gold',
  ].join('\n');
}
