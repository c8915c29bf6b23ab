import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SweepError } from '../../errors.js';
import { modelOf, type ModelFields } from './lm-eval-model.js';
import { shotsInPath, type LmEvalResults, type SamplesOf } from './lm-eval-results.js';
import { isHigherBetter, summarizeItems, type NamedPoint } from './point-of.js';
import { parsePythonJson, readPythonJson } from './python-json.js';

type Sample = Readonly<Record<string, unknown>>;

const TIME = '\\d{4}-\\d{2}-\\d{2}T[\\d.-]+';
const SAMPLES = new RegExp(`^samples_(.+)_(${TIME})\\.jsonl$`);

/** True for the name of a file of samples that lm-eval 0.4 wrote. */
export function isSamplesFile(file: string): boolean {
  return SAMPLES.test(basename(file));
}

/**
 * The samples of a results file's tasks: `samples_<task>_<time>.jsonl` beside it, or `<model arguments>_<task>.jsonl`,
 * as 0.4.0 to 0.4.2 named them.
 */
export async function samplesBeside(content: LmEvalResults, file: string): Promise<SamplesOf> {
  const time = /results_(.+)\.json$/.exec(basename(file))?.[1];
  const names = await readdir(dirname(file)).catch((): string[] => []);
  const tables = new Map<string, readonly Sample[]>();
  for (const task of Object.keys(content.results)) {
    const name =
      time === undefined
        ? names.find((other) => !isSamplesFile(other) && other.endsWith(`_${task}.jsonl`))
        : names.find((other) => other === `samples_${task}_${time}.jsonl`);
    if (name !== undefined) tables.set(task, await readSamples(join(dirname(file), name)));
  }
  return (task) => tables.get(task) ?? null;
}

/** The points of a file of samples alone: every metric's mean over its samples; the model is that of the results beside it. */
export async function samplePoints(file: string): Promise<NamedPoint[]> {
  const [, task = '', time = ''] = SAMPLES.exec(basename(file)) ?? [];
  const results = join(dirname(file), `results_${time}.json`);
  const content = existsSync(results)
    ? ((await readPythonJson(results)) as ModelFields & Partial<LmEvalResults>)
    : {};
  const { family, point } = modelOf(content, file);
  const samples = await readSamples(file);
  const filters = [...new Set(samples.map((sample) => filterOf(sample)))];
  return filters.flatMap((filter) => {
    const ofFilter = samples.filter((sample) => filterOf(sample) === filter);
    return metricsOf(ofFilter[0] ?? {}).map((metric) => ({
      family,
      task,
      shots: content['n-shot']?.[task] ?? shotsInPath(file),
      metric: filter === 'none' ? metric : `${metric},${filter}`,
      higherIsBetter: content.higher_is_better?.[task]?.[metric] ?? isHigherBetter(metric),
      prompt: null,
      source: file,
      takenAt: content.date ?? null,
      point: { ...point, ...summarizeItems(itemsOf(ofFilter, metric)) },
    }));
  });
}

function itemsOf(samples: readonly Sample[], metric: string): { item: number; value: number }[] {
  return samples.flatMap((sample) => {
    const { doc_id: item } = sample;
    const value = sample[metric];
    return typeof item === 'number' && typeof value === 'number' ? [{ item, value }] : [];
  });
}

const filterOf = ({ filter }: Sample): string => (typeof filter === 'string' ? filter : 'none');

/** The metrics that a line names, or its numbers where it names none. */
function metricsOf(sample: Sample): string[] {
  const named: unknown = sample['metrics'];
  const names = Array.isArray(named)
    ? named.map(String)
    : Object.keys(sample).filter((name) => name !== 'doc_id');
  return names.filter((name) => typeof sample[name] === 'number');
}

/** One object a line; 0.4.0 to 0.4.2 wrote one list. Truth values count as 0 and 1. */
async function readSamples(file: string): Promise<Sample[]> {
  const text = await readFile(file, 'utf8');
  const parse = (part: string, where: string): unknown => {
    try {
      return parsePythonJson(part);
    } catch (error) {
      throw new SweepError('BAD_DATA', `Expected JSON in ${where}: ${String(error)}`, { cause: error });
    }
  };
  const values = text.trimStart().startsWith('[')
    ? parse(text, file)
    : text
        .split('\n')
        .flatMap((line, index) => (line.trim() === '' ? [] : [parse(line, `${file}, line ${index + 1}`)]));
  if (!Array.isArray(values)) throw new SweepError('BAD_DATA', `Expected samples of lm-eval in ${file}`);
  return (values as Sample[]).map(withNumbers);
}

function withNumbers(sample: Sample): Sample {
  const numbers = Object.entries(sample).filter(
    ([name]) => !['doc', 'arguments', 'resps', 'filtered_resps'].includes(name),
  );
  return Object.fromEntries(
    numbers.map(([name, value]) => [name, typeof value === 'boolean' ? Number(value) : value]),
  );
}
