// Evaluates every row of a large split with the smallest shipped model, and prints the time and the most memory that the
// conductor and its engine took; then the same of resuming the run from half of its journal, and of what is made from it.
// Usage: node bench/run-memory.mjs [rows]... [--kinds choice,string,generate] (Linux; needs `npm run build`)
import { spawn } from 'node:child_process';
import {
  createWriteStream,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = resolve(import.meta.dirname, '..');
const CLI = join(ROOT, 'dist/cli/main.js');
const MODEL = join(ROOT, 'models/snowflake/snowflake-3k-seed0');
const LOOK_EVERY_MS = 50;

const TASKS = {
  choice:
    'output_type: multiple_choice\ndoc_to_text: "{{q}}"\ndoc_to_choice: "{{choices}}"\ndoc_to_target: gold',
  string: 'output_type: loglikelihood\ndoc_to_text: "{{q}}"\ndoc_to_target: "{{a}}"',
  generate:
    'output_type: generate_until\ndoc_to_text: "{{q}}"\ndoc_to_target: "{{a}}"\n' +
    'generation_kwargs: { until: ["\\n"], max_gen_toks: 4, do_sample: false }',
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { kinds: { type: 'string' } } });
const kinds = (values.kinds ?? Object.keys(TASKS).join(',')).split(',');
console.log('| rows | kind | what | seconds | conductor MB | engine MB |\n|---|---|---|---|---|---|');
for (const rows of positionals.length === 0 ? [100_000] : positionals.map(Number)) await measureAll(rows);

async function measureAll(rows) {
  const folder = mkdtempSync(join(tmpdir(), 'run-memory-'));
  try {
    await writeRows(join(folder, 'rows.jsonl'), rows);
    for (const kind of kinds) {
      const task = join(folder, `${kind}.yaml`);
      writeFileSync(task, taskFile(kind));
      const out = join(folder, kind);
      const tell = async (what, args) => print([rows, kind, what], await watch([...args]));
      await tell('run --log-samples', [
        'run',
        '--family',
        MODEL,
        '--task',
        task,
        '--device',
        'cpu',
        '--out',
        out,
        '--log-samples',
      ]);
      await tell('analyze', ['analyze', out]);
      await tell('report', ['report', out]);
      await tell('rescore', ['rescore', out]);
      const journal = join(out, 'journal.ndjson');
      truncateSync(journal, Math.floor(endOfBatches(journal) / 2));
      await tell('run --resume, half of it there', ['run', '--resume', '--out', out]);
      rmSync(out, { recursive: true });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Bytes of the journal up to its last batch, found from the first line of scores. */
function endOfBatches(journal) {
  const bytes = readFileSync(journal);
  const found = [bytes.indexOf('"type":"samples"'), bytes.indexOf('"type":"completed"')].filter(
    (at) => at > 0,
  );
  return Math.min(statSync(journal).size, ...found);
}

async function watch(args) {
  const begun = performance.now();
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: tmpdir(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let [conductor, engine, said] = [0, 0, ''];
  child.stderr.on('data', (text) => (said = `${said}${text}`.slice(-2000)));
  const look = setInterval(() => {
    conductor = Math.max(conductor, peakOf(child.pid));
    for (const pid of childrenOf(child.pid)) engine = Math.max(engine, peakOf(pid));
  }, LOOK_EVERY_MS);
  const [code] = await once(child, 'close');
  clearInterval(look);
  if (code !== 0) throw new Error(`${args.join(' ')} exited with ${code}: ${said}`);
  return { seconds: (performance.now() - begun) / 1000, conductor, engine };
}

/** Most resident memory that a process ever took, in MB; 0 where it is gone. */
function peakOf(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  } catch {
    return [];
  }
}

function print(names, { seconds, conductor, engine }) {
  const figures = [seconds.toFixed(0), Math.round(conductor), engine === 0 ? '' : Math.round(engine)];
  console.log(`| ${[...names, ...figures].join(' | ')} |`);
}

async function writeRows(path, rows) {
  const file = createWriteStream(path);
  for (let i = 0; i < rows; i += 1) {
    const row = { id: i, q: `is ${i} odd`, choices: ['yes', 'no'], a: `${i % 97} is`, gold: i % 2 };
    if (!file.write(`${JSON.stringify(row)}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}

function taskFile(kind) {
  return [
    `task: many_${kind}`,
    'dataset_path: json',
    'dataset_kwargs: { data_files: { test: rows.jsonl } }',
    'test_split: test',
    'num_fewshot: 0',
    TASKS[kind],
  ].join('\n');
}
