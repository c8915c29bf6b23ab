import { SweepError } from '../errors.js';
import { isSpace } from '../python/text.js';
import { isList, isNumeric, toNumber, typeName, type PyDict, type PyValue } from '../python/value.js';
import type { DocFields } from './doc-fields.js';
import type { FewShotSampler } from './few-shot-sampler.js';
import type { TaskConfig } from './task-config.js';

/** One turn of a prompt. As plain text it is its content followed by its delimiter. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
  readonly delimiter: string;
}

/** What a prompt is built from. */
export interface PromptParts {
  readonly config: TaskConfig;
  readonly fields: DocFields;
  readonly sampler: FewShotSampler | null;
  readonly shots: number;
  /** Number of inputs of a task whose choices are the inputs (WinoGrande), else 0. */
  readonly nInputs: number;
  readonly systemInstruction: string | null;
}

/** The prompt of a document as messages; several where the task has several inputs. */
export function buildPrompts(doc: PyDict, parts: PromptParts): readonly (readonly Message[])[] {
  const { config, fields } = parts;
  const genPrefix = fields.genPrefix(doc);
  const before = [...systemMessages(doc, parts), ...fewShotMessages(doc, parts)];
  const choices = config.docToChoice === null ? null : fields.choices(doc);
  if (parts.nInputs > 0) {
    return (choices ?? []).map((input) => [
      ...before,
      ...buildTurn(
        {
          question: expectText(input, config),
          choices: null,
          answer: null,
          genPrefix,
          targetDelimiter: '',
          fewshotDelimiter: '\n\n',
        },
        config,
      ),
    ]);
  }
  const turn = {
    question: fields.text(doc),
    choices,
    answer: null,
    genPrefix,
    targetDelimiter: config.targetDelimiter,
    fewshotDelimiter: '',
  };
  return [[...before, ...buildTurn(turn, config)]];
}

/** Messages as plain text. */
export function joinMessages(messages: readonly Message[]): string {
  return messages.map(({ content, delimiter }) => content + delimiter).join('');
}

function systemMessages(doc: PyDict, parts: PromptParts): Message[] {
  const description = parts.fields.resolve('description', parts.config.description, doc);
  const content = joinWith(parts.systemInstruction, description, parts.config.fewshotDelimiter);
  return content === '' ? [] : [{ role: 'system', content, delimiter: '' }];
}

function fewShotMessages(doc: PyDict, parts: PromptParts): Message[] {
  const { config, fields, sampler, shots } = parts;
  if (shots === 0 || sampler === null) return [];
  const { fewshot } = config;
  const isSameSplit = fewshot.split === config.testSplit;
  return sampler.sample(shots, isSameSplit ? doc : null).flatMap((example) => {
    const text = fields.text(example, fewshot.docToText);
    const choices = isPresent(fewshot.docToChoice) ? fields.choices(example, fewshot.docToChoice) : null;
    const answer = fields.target(example, fewshot.docToTarget);
    const isInput = parts.nInputs > 0 && choices !== null && typeof text === 'number';
    return buildTurn(
      {
        question: isInput ? expectText(choices[text] ?? null, config) : text,
        choices: isInput ? null : choices,
        answer,
        genPrefix: fields.resolve('gen_prefix', fewshot.genPrefix, example),
        targetDelimiter: fewshot.targetDelimiter,
        fewshotDelimiter: fewshot.fewshotDelimiter,
      },
      config,
    );
  });
}

// Python's truth of the field: an empty text or list counts as none.
function isPresent(source: TaskConfig['docToChoice']): boolean {
  return source !== null && source !== '' && !(isList(source) && source.length === 0);
}

interface Turn {
  readonly question: PyValue;
  readonly choices: readonly PyValue[] | null;
  readonly answer: PyValue;
  readonly genPrefix: string | null;
  readonly targetDelimiter: string;
  readonly fewshotDelimiter: string;
}

function buildTurn(turn: Turn, config: TaskConfig): Message[] {
  const question = expectText(turn.question, config);
  const genPrefix = turn.genPrefix ?? '';
  const hasAnswer = turn.answer !== null && turn.answer !== '';
  const needsDelimiter = genPrefix === '' ? hasAnswer : needsGap(question, genPrefix);
  const user: Message = {
    role: 'user',
    content: question,
    delimiter: needsDelimiter ? turn.targetDelimiter : '',
  };
  if (hasAnswer) {
    const answer = expectText(answerText(turn), config);
    return [
      user,
      { role: 'assistant', content: joinWith(genPrefix, answer, ' '), delimiter: turn.fewshotDelimiter },
    ];
  }
  return genPrefix === '' ? [user] : [user, { role: 'assistant', content: genPrefix, delimiter: '' }];
}

function answerText({ answer, choices }: Turn): PyValue {
  if (choices !== null && choices.length > 0 && isNumeric(answer)) {
    const index = toNumber(answer);
    return choices[index < 0 ? choices.length + index : index] ?? null;
  }
  return isList(answer) ? (answer[0] ?? null) : answer;
}

function expectText(value: PyValue, config: TaskConfig): string {
  if (typeof value === 'string') return value;
  throw new SweepError(
    'BAD_TASK',
    `Expected text for every question and answer of the task ${config.task}, got ${typeName(value)}; make doc_to_text and doc_to_target print text.`,
  );
}

function needsGap(prefix: string, suffix: string): boolean {
  return prefix !== '' && !isSpace(prefix.slice(-1)) && !isSpace(suffix.slice(0, 1));
}

function joinWith(prefix: string | null, suffix: string, delimiter: string): string {
  if (prefix === null || prefix === '') return suffix;
  if (suffix === '') return prefix;
  return needsGap(prefix, suffix) ? prefix + delimiter + suffix : prefix + suffix;
}
