import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Response, TextRequest } from '../../src/domain/request.js';
import type { Sample, Workload } from '../../src/domain/task.js';
import { hashSample, targetReader, type SampleHashes } from '../../src/lm-eval/sample-lines.js';
import type { TaskDefinition } from '../../src/task/task-definition.js';

/** An answer as the oracles write it: [loglikelihood, isGreedy], a rolling loglikelihood, or a text. */
export type GoldenAnswer = readonly [number, boolean] | number | string;

export interface GoldenSample {
  readonly doc_id: number;
  readonly arguments?: readonly (readonly string[])[];
  /** One list a request, one entry a repeat. */
  readonly resps: readonly (readonly GoldenAnswer[])[];
  readonly filtered_resps: readonly string[];
  readonly filter: string;
  readonly doc_hash: string;
  readonly prompt_hash: string;
  readonly target_hash: string;
}

export interface GoldenTask {
  readonly shots: number;
  readonly task_hash: string;
  readonly samples: readonly GoldenSample[];
}

export type GoldenRow = Readonly<Record<string, number | string>>;

/** Reads a golden file of the oracles. */
export function readGolden(path: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(path)).toString('utf8'));
}

/** The golden entries of the first filter, in the order of the documents. */
export function firstFilter(task: GoldenTask): readonly GoldenSample[] {
  const filter = task.samples[0]?.filter;
  return task.samples.filter((sample) => sample.filter === filter);
}

/** The answers of real lm-eval to a sample, as an engine would give them. */
export function responsesOf(sample: Sample, golden: GoldenSample): Response[] {
  return sample.requests.map((request, index) => responseTo(request, golden.resps[index]?.[0] ?? 0));
}

function responseTo(request: TextRequest, answer: GoldenAnswer): Response {
  if (typeof answer === 'string') return { kind: 'generate_until', text: answer, nTokens: 1, ended: 'stop' };
  if (typeof answer === 'number') return { kind: 'loglikelihood_rolling', loglikelihood: answer, nTokens: 1 };
  if (request.kind === 'generate_until') throw new Error('a loglikelihood answers a generation');
  return { kind: 'loglikelihood', loglikelihood: answer[0], isGreedy: answer[1], nTokens: 1 };
}

/** The hashes of every document of a workload. */
export function hashesOf(workload: Workload<TaskDefinition>): SampleHashes[] {
  const targetOf = targetReader(workload);
  return Array.from(workload.samples, (sample) => hashSample(sample, targetOf(sample)));
}

/** The texts of a request in the order of lm-eval's arguments. */
export function argumentsOf(request: TextRequest): string[] {
  if (request.kind === 'loglikelihood_rolling') return [request.text];
  return request.kind === 'loglikelihood' ? [request.context, request.continuation] : [request.context];
}

/** What a results file says of its run, for runs that never were. */
export function resultHeader(model: string) {
  return {
    model,
    nParams: 1,
    precision: 'fp32',
    device: 'cpu',
    limit: null,
    seed: 1234,
    start: new Date(0),
    durationMs: 1,
    maxLength: null,
    systemInstruction: null,
    chat: null,
    extra: {},
  };
}
