import { createHash } from 'node:crypto';
import type { SampleList, Workload } from '../domain/task.js';
import { SweepError } from '../errors.js';
import type { PyDict } from '../python/value.js';
import { buildRequests } from './build-requests.js';
import { clusterField, clusterOf } from './cluster-field.js';
import { DocFields } from './doc-fields.js';
import type { Table } from './data/table.js';
import { FewShotSampler } from './few-shot-sampler.js';
import { refuseSampling, resolveGeneration } from './generation.js';
import { TaskSplits } from './load-splits.js';
import { withChance } from './metric-specs.js';
import { ChatRenderer, type ChatTemplate } from './chat/chat-template.js';
import { asOneTurn, asTurns, chatTargetDelimiter } from './chat/chat-turns.js';
import { SampleBuilder } from './sample-builder.js';
import { buildPrompts, joinMessages, type Message, type PromptParts } from './prompt.js';
import type { TaskDefinition } from './task-definition.js';

export interface WorkloadOptions {
  readonly shots: number;
  /** The first so many documents; null for all. */
  readonly limit: number | null;
  /** Seed of the few-shot draws; lm-eval's default is 1234. */
  readonly seed: number;
  /** Text before the task's description. */
  readonly systemInstruction?: string | null;
  /** How prompts become conversations; null or nothing for plain text. */
  readonly chat?: ChatOptions | null;
  /** Prompts are only to be shown: what cannot be run is no fault. */
  readonly onlyToShow?: boolean;
}

/** A chat template, and whether worked examples are turns of their own or part of the question. */
export interface ChatOptions {
  readonly template: ChatTemplate;
  readonly asMultiturn: boolean;
}

/**
 * Reads a task's data, draws its examples and renders its prompts, exactly as lm-eval does on one process.
 * Throws SweepError where data, columns or templates do not fit.
 */
export async function prepareWorkload(
  task: TaskDefinition,
  options: WorkloadOptions,
): Promise<Workload<TaskDefinition>> {
  checkShots(task, options.shots);
  if (options.onlyToShow !== true) refuseSampling(task.config);
  const splits = new TaskSplits(task, { limit: options.limit, examples: options.shots > 0 });
  const { docs, nDocs } = await splits.evaluated();
  if (docs.length === 0)
    throw new SweepError(
      'BAD_DATA',
      `Expected documents in the task ${task.name}, but its process_docs keeps none.`,
    );
  const first = docs.at(0);
  const fields = new DocFields(task.config, Object.keys(first));
  const cluster = clusterField(task.config);
  if (cluster !== null) clusterOf(first, cluster, task.name);
  const pool = options.shots > 0 ? await splits.examples() : null;
  const parts: PromptParts = {
    config: task.config,
    fields,
    sampler:
      pool === null
        ? null
        : new FewShotSampler(pool, {
            sampler: task.config.fewshot.sampler,
            seed: options.seed,
            task: task.name,
          }),
    shots: options.shots,
    nInputs: countInputs(first, task, fields),
    systemInstruction: options.systemInstruction ?? null,
  };
  const samples = renderSamples(docs, parts, options.chat ?? null);
  return {
    id: digestOfRequests(samples),
    task: withChance({ ...task, nDocs }, samples),
    shots: options.shots,
    samples,
  };
}

function checkShots(task: TaskDefinition, shots: number): void {
  if (task.config.numFewshot === 0 && shots > 0) {
    throw new SweepError(
      'SHOTS_FIXED',
      `The task ${task.name} says num_fewshot: 0, which fixes it to no shots; it cannot be asked with ${shots}.`,
    );
  }
}

/** Number of inputs of a task whose doc_to_text is an index into its choices, else 0 (lm-eval's multiple_input). */
export function countInputs(first: PyDict, task: TaskDefinition, fields: DocFields): number {
  if (task.config.docToChoice === null) return 0;
  return typeof fields.text(first) === 'number' ? fields.choices(first).length : 0;
}

function renderSamples(docs: Table, parts: PromptParts, chat: ChatOptions | null): SampleList {
  const { config } = parts;
  const generation = config.outputType === 'generate_until' ? resolveGeneration(config) : null;
  const toText = chat === null ? joinMessages : chatText(chat);
  const targetDelimiter =
    chat === null ? config.targetDelimiter : chatTargetDelimiter(config.genPrefix, config.targetDelimiter);
  const samples = new SampleBuilder(docs);
  for (let docId = 0; docId < docs.length; docId += 1) {
    const doc = docs.at(docId);
    const contexts = buildPrompts(doc, parts).map(toText);
    samples.push(buildRequests(doc, contexts, { ...parts, generation, targetDelimiter }));
  }
  return samples.finish();
}

// Where the prompt begins the answer, the model goes on with that message.
function chatText({ template, asMultiturn }: ChatOptions): (messages: readonly Message[]) => string {
  const renderer = new ChatRenderer(template);
  const turnsOf = asMultiturn ? asTurns : asOneTurn;
  return (messages) => renderer.render(turnsOf(messages), messages.at(-1)?.role === 'assistant');
}

function digestOfRequests(samples: SampleList): string {
  const hash = createHash('sha256');
  for (const { requests } of samples) {
    for (const request of requests) hash.update(`${JSON.stringify(request)}\n`);
  }
  return hash.digest('hex');
}
