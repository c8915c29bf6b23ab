import { Command } from 'commander';
import { readBenchFile } from '../bench/bench-file.js';
import { addToHistory, exportHistory, readHistory, renderHistory } from '../bench/history.js';

const DEFAULT_FILE = 'bench-history.duckdb';

/** `scalesweep history`: benches over time in one file. */
export function historyCommand(): Command {
  return new Command('history')
    .description('keep benches over time in one DuckDB file')
    .addCommand(addCommand())
    .addCommand(showCommand())
    .addCommand(exportCommand());
}

function addCommand(): Command {
  return new Command('add')
    .description('add bench files; rows that are there already are left alone')
    .argument('<bench.jsonl...>', 'files that `scalesweep bench --out` wrote')
    .option('--db <file>', 'history', DEFAULT_FILE)
    .action(async (files: string[], { db }: { db: string }) => {
      const added = await addToHistory(db, files.flatMap(readBenchFile));
      process.stdout.write(`${added} new rows in ${db}\n`);
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('measurements in order of time, each with its change since the one before on that processor')
    .option('--db <file>', 'history', DEFAULT_FILE)
    .option('--model <name>', 'of this model only')
    .option('--test <name>', 'of this test only, such as pp512')
    .option('--json', 'print as JSON')
    .action(async (flags: { db: string; model?: string; test?: string; json?: boolean }) => {
      const entries = await readHistory(flags.db, flags);
      const text = flags.json === true ? `${JSON.stringify(entries, null, 2)}\n` : renderHistory(entries);
      process.stdout.write(text);
    });
}

function exportCommand(): Command {
  return new Command('export')
    .description('write the whole history as one Parquet file')
    .argument('<file.parquet>', 'file to write')
    .option('--db <file>', 'history', DEFAULT_FILE)
    .action(async (file: string, { db }: { db: string }) => {
      await exportHistory(db, file);
      process.stdout.write(`${file}\n`);
    });
}
