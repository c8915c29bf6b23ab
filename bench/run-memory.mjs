// Evaluates every row of a large split with the smallest shipped model, and prints the time and the most memory that the
// conductor and its engine took; then the same of resuming the run from half of its journal, and of what is made from it.
// Usage: node bench/run-memory.mjs [rows]... [--kinds choice,string,generate] [--steps run,analyze,report,rescore,resume]
// (Linux; needs `npm run build`)
import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
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

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { kinds: { type: 'string' }, steps: { type: 'string' } },
});
const steps = values.steps?.split(',') ?? ['run', 'analyze', 'report', 'rescore', 'resume'];
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
      for (const step of steps) {
        if (step === 'resume') cutInHalf(join(out, 'journal.ndjson'));
        print([rows, kind, step], await watch(argumentsOf(step, { task, out })));
      }
      rmSync(out, { recursive: true });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function argumentsOf(step, { task, out }) {
  if (step === 'run')
    return ['run', '--family', MODEL, '--task', task, '--device', 'cpu', '--out', out, '--log-samples'];
  return step === 'resume' ? ['run', '--resume', '--out', out] : [step, out];
}

/** Leaves half of the batches: they stand before the scores. */
function cutInHalf(journal) {
  const bytes = readFileSync(journal);
  const scores = ['"type":"samples"', '"type":"completed"'].map((text) => bytes.indexOf(text));
  truncateSync(journal, Math.floor(Math.min(...scores.filter((at) => at > 0)) / 2));
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
