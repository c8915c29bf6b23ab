import { z } from 'zod';
import { PRECISIONS } from '../domain/model.js';
import type { Precision } from '../domain/model.js';
import { SweepError } from '../errors.js';
import { joinProblems, nearestName, quoteValue } from './explain.js';

/** What was asked, resolved: every axis has its values, nothing is optional, nobody checks again. */
export interface Sweep {
  readonly name: string;
  /** Directories of families or of single models. */
  readonly families: readonly string[];
  /** Task names, files, globs, groups or tags. */
  readonly tasks: readonly string[];
  /** Directories searched for task files by name. */
  readonly includePaths: readonly string[];
  /** null: every task's own number of shots. */
  readonly shots: readonly number[] | null;
  readonly precisions: readonly Precision[];
  /** `auto`, or `cpu`, `webgpu`, `cuda:N`: trials are spread over them. */
  readonly devices: readonly string[];
  /** Samples of each task, null for all. */
  readonly limit: number | null;
  readonly seed: number;
  /** Worker threads on the CPU, null for as many as suit the models and the cores. */
  readonly workers: number | null;
  /** Bound of rows x padded tokens in one batch, null for as many as memory holds. */
  readonly maxBatchTokens: number | null;
  /** True: prompts are conversations by the models' chat template; text: by the template of that name. */
  readonly applyChatTemplate: boolean | string;
  /** Worked examples are turns of their own; null: where there is a chat template. */
  readonly fewshotAsMultiturn: boolean | null;
  /** Text before every task's description. */
  readonly systemInstruction: string | null;
  /** What chat templates see as today (YYYY-MM-DD); null: the day on which the run begins. */
  readonly chatDate: string | null;
  /** Nodes that a GPU leaves to the CPU do not fail a trial. */
  readonly allowCpuNodes: boolean;
  /** Threads of sessions on the CPU stay on processors of their own, or of one memory node. */
  readonly affinity: boolean;
}

/** A sweep as a user writes it in YAML or as flags: anything may be left out. */
export type SweepInput = { readonly [Field in keyof Sweep]?: unknown };

/** The one place of defaults. Few-shot draws use lm-eval's seed, so that its prompts are met without a word. */
export const SWEEP_DEFAULTS = {
  name: 'sweep',
  includePaths: [],
  shots: null,
  precisions: ['fp32'],
  devices: ['auto'],
  limit: null,
  seed: 1234,
  workers: null,
  maxBatchTokens: null,
  applyChatTemplate: false,
  fewshotAsMultiturn: null,
  systemInstruction: null,
  chatDate: null,
  allowCpuNodes: false,
  affinity: false,
} as const satisfies Partial<Sweep>;

const MAX_SHOTS = 1024;
const DEVICE = /^(auto|cpu|webgpu|cuda(:\d+)?)$/;

const text = z.string({ error: 'text' }).min(1, { error: 'text that is not empty' });
const wholeNumber = (from: number, to: number): z.ZodType<number> => {
  const expectation = `a whole number from ${from} to ${to}`;
  return z.int({ error: expectation }).min(from, { error: expectation }).max(to, { error: expectation });
};

/** One value or a list of them; duplicates are kept once, in order. */
const listOf = <Item>(item: z.ZodType<Item>): z.ZodType<Item[]> =>
  z
    .preprocess(
      (value) => (Array.isArray(value) || value === undefined ? value : [value]),
      z
        .array(item, { error: 'a value or a list of values' })
        .min(1, { error: 'a list with at least one value' }),
    )
    .transform((values) => [...new Set(values)]);

/** Field by field: the shape and the values. An `error` is the expectation, in words. */
const FIELDS = {
  name: text,
  families: listOf(text),
  tasks: listOf(text),
  includePaths: listOf(text).or(z.array(z.never())),
  shots: listOf(wholeNumber(0, MAX_SHOTS)).nullable(),
  precisions: listOf(z.enum(PRECISIONS, { error: `one of ${PRECISIONS.join(', ')}` })),
  devices: listOf(
    z.string({ error: 'a device' }).regex(DEVICE, { error: 'auto, cpu, webgpu, cuda or cuda:N' }),
  ),
  limit: wholeNumber(1, 1e9).nullable(),
  seed: wholeNumber(0, 2 ** 32 - 1),
  workers: wholeNumber(1, 1024).nullable(),
  maxBatchTokens: wholeNumber(1, 1e8).nullable(),
  applyChatTemplate: z.union([z.boolean(), text], { error: 'true, false or the name of a chat template' }),
  fewshotAsMultiturn: z.boolean({ error: 'true or false' }).nullable(),
  systemInstruction: text.nullable(),
  chatDate: z.iso.date({ error: 'a day such as 2024-07-26' }).nullable(),
  allowCpuNodes: z.boolean({ error: 'true or false' }),
  affinity: z.boolean({ error: 'true or false' }),
} satisfies Record<keyof Sweep, z.ZodType>;

/**
 * Checks a sweep and fills in what was left out. `defaults` names the families and tasks to use when none are given;
 * `where` says in messages where the sweep was written. Throws SweepError with all problems at once.
 */
export function resolveSweep(
  input: Readonly<Record<string, unknown>>,
  defaults: Pick<Sweep, 'families' | 'tasks'>,
  where: string,
): Sweep {
  const problems = unknownFields(input, where);
  const resolved: Record<string, unknown> = {};
  for (const [field, schema] of Object.entries(FIELDS)) {
    const value = input[field] ?? { ...SWEEP_DEFAULTS, ...defaults }[field as keyof Sweep];
    const parsed = schema.safeParse(value, { reportInput: true });
    if (parsed.success) resolved[field] = parsed.data;
    else problems.push(...parsed.error.issues.map((issue) => describeIssue(field, issue, where)));
  }
  if (resolved['fewshotAsMultiturn'] === true && resolved['applyChatTemplate'] === false)
    problems.push(
      `Expected \`fewshotAsMultiturn\` together with \`applyChatTemplate\`, but ${where} asks for plain text`,
    );
  if (problems.length > 0) throw new SweepError('INVALID_SWEEP', joinProblems(problems));
  return resolved as unknown as Sweep;
}

function unknownFields(input: Readonly<Record<string, unknown>>, where: string): string[] {
  const known = Object.keys(FIELDS);
  return Object.keys(input)
    .filter((field) => !known.includes(field))
    .map((field) => {
      const near = nearestName(field, known);
      const hint = near === null ? `known are ${known.join(', ')}` : `did you mean \`${near}\`?`;
      return `Unknown field \`${field}\` in ${where}: ${hint}`;
    });
}

function describeIssue(field: string, issue: z.core.$ZodIssue, where: string): string {
  const path = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  return `Expected \`${field}${path}\` to be ${issue.message}, got ${quoteValue(issue.input)} in ${where}`;
}
