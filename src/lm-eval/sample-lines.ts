import { createHash } from 'node:crypto';
import type { Response, TextRequest } from '../domain/request.js';
import type { Sample, Workload } from '../domain/task.js';
import { digestOfText } from '../files/digest.js';
import { dumpJson } from '../python/json.js';
import { pyStr } from '../python/repr.js';
import { numpyText } from '../python/numpy-text.js';
import { isList, pyFloat, type PyDict, type PyValue } from '../python/value.js';
import type { RawScore } from '../score/raw-score.js';
import { filtersOf, scoreDocs, type DocScore } from '../score/score-docs.js';
import type { WorkloadScore } from '../score/score-workload.js';
import { DocFields } from '../task/doc-fields.js';
import { generationKwargs } from '../task/generation.js';
import { isExtraMetric, metricKey } from '../task/metric-specs.js';
import type { TaskDefinition } from '../task/task-definition.js';

/** What result files hold of a workload: its metrics. */
export interface AggregatedWorkload {
  readonly workload: Workload<TaskDefinition>;
  readonly score: Pick<WorkloadScore, 'metrics' | 'aggregated'>;
}

/** A workload with its answers: what files of samples are written from. */
export interface AnsweredWorkload {
  readonly workload: Workload<TaskDefinition>;
  /** The answers to every sample, in order; gone through once for each filter. */
  readonly responses: Iterable<readonly Response[]>;
}

/** lm-eval's hashes of one document. */
export interface SampleHashes {
  readonly docHash: string;
  readonly promptHash: string;
  readonly targetHash: string;
}

/** sha256 of the document as indented JSON, of the first request's text, and of the target as Python prints it. */
export function hashSample(sample: Sample, target: PyValue): SampleHashes {
  const [first] = sample.requests;
  return {
    docHash: digestOfText(dumpJson(sample.doc as PyDict, 2)),
    promptHash: digestOfText(first === undefined ? '' : promptOf(first)),
    targetHash: digestOfText(pyStr(target)),
  };
}

function promptOf(request: TextRequest): string {
  return request.kind === 'loglikelihood_rolling' ? request.text : request.context;
}

/** What reads the target of a workload's document as lm-eval logs it. */
export function targetReader({ task, samples }: Workload<TaskDefinition>): (sample: Sample) => PyValue {
  const fields = new DocFields(task.config, Object.keys(samples.at(0)?.doc ?? {}));
  return ({ doc }) => fields.target(doc as PyDict);
}

/** sha256 over the hashes of every logged sample, in order (lm-eval's task_hash; one entry a filter and document). */
export function hashTask({ workload }: Pick<AggregatedWorkload, 'workload'>): string {
  const known = taskHashes.get(workload) ?? hashWorkload(workload);
  taskHashes.set(workload, known);
  return known;
}

/** A workload is the same for every scale, and so is its hash. */
const taskHashes = new WeakMap<Workload, string>();

function hashWorkload(workload: Workload<TaskDefinition>): string {
  const targetOf = targetReader(workload);
  const hash = createHash('sha256');
  const nFilters = filtersOf(workload.task).length;
  for (let filter = 0; filter < Math.max(1, nFilters); filter += 1) {
    for (const sample of workload.samples) {
      const { docHash, promptHash, targetHash } = hashSample(sample, targetOf(sample));
      hash.update(docHash + promptHash + targetHash);
    }
  }
  return hash.digest('hex');
}

/** The lines of lm-eval's `samples_*.jsonl`: one for every document and filter. */
export function* sampleLines({ workload, responses }: AnsweredWorkload): Generator<string> {
  const targetOf = targetReader(workload);
  const { task } = workload;
  for (const { sample, answers, score } of scoreDocs(workload, responses))
    yield dumpJson(sampleRecord(sample, { doc: score, answers, target: targetOf(sample), task }));
}

interface Logged {
  readonly doc: DocScore;
  readonly answers: readonly Response[];
  readonly target: PyValue;
  readonly task: TaskDefinition;
}

function sampleRecord(sample: Sample, { doc, answers, target, task }: Logged): PyDict {
  const hashes = hashSample(sample, target);
  const own = Object.entries(doc.scores).filter(([name]) => !isExtraMetric(name, task.config));
  const extra = Object.entries(doc.scores).filter(([name]) => isExtraMetric(name, task.config));
  return {
    doc_id: sample.docId,
    doc: sample.doc as PyDict,
    target: pyStr(target),
    arguments: argumentsOf(sample.requests, task),
    resps: answers.map((answer) => Array.from({ length: task.config.repeats }, () => answerTexts(answer))),
    filtered_resps: doc.filtered.map(task.outputType === 'generate_until' ? textsOf : asTexts),
    filter: doc.filter,
    metrics: own.map(([name]) => name),
    doc_hash: hashes.docHash,
    prompt_hash: hashes.promptHash,
    target_hash: hashes.targetHash,
    ...Object.fromEntries(own.map(([name, value]) => [name, logged(name, value, task)])),
    scalesweep: {
      n_tokens: answers.map(({ nTokens }) => nTokens),
      ...Object.fromEntries(
        extra.map(([name, value]) => [metricKey(name, doc.filter), logged(name, value, task)]),
      ),
    },
  };
}

function argumentsOf(requests: readonly TextRequest[], task: TaskDefinition): PyDict {
  return Object.fromEntries(
    requests.map((request, index) => [`gen_args_${index}`, argumentsOfOne(request, task)]),
  );
}

function argumentsOfOne(request: TextRequest, task: TaskDefinition): PyDict {
  switch (request.kind) {
    case 'loglikelihood':
      return { arg_0: request.context, arg_1: request.continuation };
    case 'loglikelihood_rolling':
      return { arg_0: request.text };
    case 'generate_until':
      return { arg_0: request.context, arg_1: generationKwargs(task.config) };
  }
}

function answerTexts(answer: Response): PyValue {
  switch (answer.kind) {
    case 'loglikelihood':
      return [pyStr(pyFloat(answer.loglikelihood)), pyStr(answer.isGreedy)];
    case 'loglikelihood_rolling':
      return pyStr(pyFloat(answer.loglikelihood));
    case 'generate_until':
      return answer.text;
  }
}

function textsOf(filtered: PyValue): PyValue {
  return isList(filtered) ? filtered.map(textsOf) : pyStr(filtered);
}

// Loglikelihoods are floats also where they are whole.
function asTexts(filtered: PyValue): PyValue {
  if (isList(filtered)) return filtered.map(asTexts);
  return pyStr(typeof filtered === 'number' ? pyFloat(filtered) : filtered);
}

// lm-eval's scores are floats, but for what it makes of `is_greedy`.
function logged(metric: string, score: RawScore, { outputType }: TaskDefinition): PyValue {
  const isInt =
    (outputType === 'loglikelihood' && metric === 'acc') ||
    (outputType === 'multiple_choice' && metric === 'exact_match');
  if (typeof score === 'number') return isInt ? score : pyFloat(score);
  switch (score.kind) {
    case 'weighted':
      return [pyFloat(score.loglikelihood), score.weight];
    case 'classes':
      return [score.gold, score.predicted];
    case 'distribution':
      return [score.gold, numpyText(score.probabilities)];
    case 'texts':
      return [score.references.length > 1 ? score.references : (score.references[0] ?? ''), score.prediction];
    case 'values':
      return score.values;
  }
}
