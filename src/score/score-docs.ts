import type { Response } from '../domain/request.js';
import type { Sample, Workload } from '../domain/task.js';
import { SweepError, TrialError } from '../errors.js';
import { pyStr } from '../python/repr.js';
import { isList, toNumber, type PyDict, type PyValue } from '../python/value.js';
import { DocFields } from '../task/doc-fields.js';
import { findHook } from '../task/hooks/find-hook.js';
import type { HookResult } from '../task/hooks/hook.js';
import { metricNames } from '../task/metric-specs.js';
import { countInputs } from '../task/prepare-workload.js';
import type { FilterConfig } from '../task/task-config.js';
import type { TaskDefinition } from '../task/task-definition.js';
import { applyFilters } from '../task/filters/apply-filters.js';
import { scoreGenerated } from './generated.js';
import { rawScoresOfHook } from './hook-scores.js';
import { scoreLoglikelihood, scoreRolling } from './loglikelihood.js';
import { scoreChoices, type ChoiceAnswer } from './multiple-choice.js';
import type { RawScores } from './raw-score.js';

/** One document's answers after one filter pipeline, and what they score. */
export interface DocScore {
  readonly docId: number;
  readonly filter: string;
  /** What the filter made of the answers, one entry a request. */
  readonly filtered: readonly PyValue[];
  readonly scores: RawScores;
}

const TAKE_FIRST: FilterConfig = { name: 'none', steps: [{ name: 'take_first', options: {} }] };

/** The filter pipelines of a task, in order. */
export function filtersOf({ config }: TaskDefinition): readonly FilterConfig[] {
  return config.filterList ?? [TAKE_FIRST];
}

/**
 * Filters the answers of every document and scores them, one after another; all documents of a filter come before the next
 * filter, so `responses` are gone through once for each.
 */
export function* scoreDocs(
  workload: Workload<TaskDefinition>,
  responses: Iterable<readonly Response[]>,
): Generator<ScoredDoc> {
  const scorer = new DocScorer(workload);
  for (const filter of filtersOf(workload.task)) {
    for (const [sample, answers] of withAnswers(workload.samples, responses))
      yield { sample, answers, score: scorer.score(sample, answers, filter) };
  }
}

/** A document with the answers to it and what they score. */
export interface ScoredDoc {
  readonly sample: Sample;
  readonly answers: readonly Response[];
  readonly score: DocScore;
}

/** Every sample with its answers, none where they end before the samples do. */
export function* withAnswers(
  samples: Iterable<Sample>,
  responses: Iterable<readonly Response[]>,
): Generator<[Sample, readonly Response[]]> {
  const answers = responses[Symbol.iterator]();
  for (const sample of samples) {
    const next = answers.next();
    yield [sample, next.done === true ? [] : next.value];
  }
}

/** Scores documents of a workload, one at a time. */
export class DocScorer {
  private readonly task: TaskDefinition;
  private readonly fields: DocFields;
  private readonly isMultipleInput: boolean;
  private readonly isMultipleTarget: boolean;

  constructor(workload: Workload<TaskDefinition>) {
    const first = (workload.samples.at(0)?.doc ?? {}) as PyDict;
    this.task = workload.task;
    this.fields = new DocFields(this.task.config, Object.keys(first));
    const isEmpty = workload.samples.length === 0;
    this.isMultipleInput = !isEmpty && countInputs(first, this.task, this.fields) > 0;
    const target = isEmpty ? null : this.fields.target(first);
    this.isMultipleTarget = isList(target) && target.length > 0;
  }

  score(sample: Sample, responses: readonly Response[], filter: FilterConfig): DocScore {
    if (responses.length !== sample.requests.length) {
      throw new TrialError(
        'MISSING_RESPONSES',
        `Expected ${sample.requests.length} answers for sample ${sample.docId} of the task ${this.task.name}, got ${responses.length}.`,
      );
    }
    const doc = sample.doc as PyDict;
    const filtered = responses.map((response) => this.filter(response, doc, filter));
    const scores =
      this.task.config.processResults === null
        ? this.own(sample, { responses, filtered, metrics: metricNames(this.task.config) })
        : this.hooked(sample, responses, filtered);
    return { docId: sample.docId, filter: filter.name, filtered, scores };
  }

  // Answers are greedy, so every repeat of a request would give the same one.
  private filter(response: Response, doc: PyDict, filter: FilterConfig): PyValue {
    const answer = response.kind === 'generate_until' ? response.text : pairOf(response);
    return applyFilters(
      Array.from({ length: this.task.config.repeats }, () => answer),
      { doc, task: this.task.name, filter },
    );
  }

  private own(sample: Sample, { responses, filtered, metrics }: Answered): RawScores {
    const doc = sample.doc as PyDict;
    const { config } = this.task;
    const continuations = sample.requests.map((request) =>
      request.kind === 'loglikelihood' ? request.continuation : '',
    );
    const shape = {
      config,
      fields: this.fields,
      isMultipleInput: this.isMultipleInput,
      isMultipleTarget: this.isMultipleTarget,
    };
    const [first] = sample.requests;
    switch (config.outputType) {
      case 'multiple_choice':
        return scoreChoices(doc, responses.map(choiceAnswer), { ...shape, metrics, continuations });
      case 'loglikelihood':
        return pick(scoreLoglikelihood(choiceAnswer(responses[0]), continuations[0] ?? ''), [
          ...metrics,
          'logprob_per_byte',
        ]);
      case 'loglikelihood_rolling':
        return pick(
          scoreRolling(
            loglikelihoodOf(responses[0]),
            first?.kind === 'loglikelihood_rolling' ? first.text : '',
          ),
          [...metrics, 'logprob_per_byte'],
        );
      case 'generate_until':
        return scoreGenerated(doc, filtered[0] ?? null, { ...shape, metrics });
    }
  }

  private hooked(sample: Sample, responses: readonly Response[], filtered: readonly PyValue[]): RawScores {
    const hook = this.task.config.processResults;
    if (hook === null) return {};
    const doc = sample.doc as PyDict;
    const given = findHook('process_results', hook, this.task.name)(doc, filtered.map(hookResult));
    return {
      ...this.continuous(sample, { responses, filtered, metrics: [] }),
      ...rawScoresOfHook(given, this.task.name),
    };
  }

  // Functions of a task need no target that can be read without them: then there are none of our own metrics.
  private continuous(sample: Sample, answered: Answered): RawScores {
    try {
      return this.own(sample, answered);
    } catch (error) {
      if (error instanceof SweepError) return {};
      throw error;
    }
  }
}

/** The answers to a sample, as they came and after a filter, and the metrics that are asked for. */
interface Answered {
  readonly responses: readonly Response[];
  readonly filtered: readonly PyValue[];
  readonly metrics: readonly string[];
}

function pairOf(response: Exclude<Response, { kind: 'generate_until' }>): PyValue {
  return response.kind === 'loglikelihood'
    ? [response.loglikelihood, response.isGreedy]
    : response.loglikelihood;
}

function hookResult(filtered: PyValue): HookResult {
  if (typeof filtered === 'string' || typeof filtered === 'number') return filtered;
  if (!isList(filtered)) return pyStr(filtered);
  const [loglikelihood, isGreedy] = filtered;
  return typeof isGreedy === 'boolean' ? [toNumber(loglikelihood), isGreedy] : filtered.map(pyStr);
}

function choiceAnswer(response: Response | undefined): ChoiceAnswer {
  if (response?.kind === 'loglikelihood') return response;
  throw new TrialError('WRONG_RESPONSE', `Expected a loglikelihood, got ${response?.kind ?? 'nothing'}.`);
}

function loglikelihoodOf(response: Response | undefined): number {
  if (response !== undefined && response.kind !== 'generate_until') return response.loglikelihood;
  throw new TrialError('WRONG_RESPONSE', `Expected a loglikelihood, got ${response?.kind ?? 'nothing'}.`);
}

function pick(scores: RawScores, names: readonly string[]): RawScores {
  return Object.fromEntries(Object.entries(scores).filter(([name]) => names.includes(name)));
}
