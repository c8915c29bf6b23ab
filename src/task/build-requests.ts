import type { TextRequest } from '../domain/request.js';
import { SweepError } from '../errors.js';
import { pyStr } from '../python/repr.js';
import { typeName, type PyDict, type PyValue } from '../python/value.js';
import type { DocFields } from './doc-fields.js';
import type { Generation } from './generation.js';
import type { TaskConfig } from './task-config.js';

/** What turns a document and its prompts into requests. */
export interface RequestParts {
  readonly config: TaskConfig;
  readonly fields: DocFields;
  readonly nInputs: number;
  readonly generation: Generation | null;
  /** What stands between a prompt and a choice. */
  readonly targetDelimiter: string;
}

/** The requests of one document, in lm-eval's order. `contexts` holds one prompt, or one for each input. */
export function buildRequests(doc: PyDict, contexts: readonly string[], parts: RequestParts): TextRequest[] {
  const { config, fields } = parts;
  const [context = ''] = contexts;
  switch (config.outputType) {
    case 'loglikelihood':
      return [{ kind: 'loglikelihood', context, continuation: targetText(fields.target(doc), config) }];
    case 'loglikelihood_rolling':
      return [{ kind: 'loglikelihood_rolling', text: targetText(fields.target(doc), config) }];
    case 'generate_until':
      return [
        {
          kind: 'generate_until',
          context,
          until: parts.generation?.until ?? [],
          maxNewTokens: parts.generation?.maxNewTokens ?? 0,
        },
      ];
    case 'multiple_choice':
      return choiceRequests(doc, contexts, parts);
  }
}

function choiceRequests(doc: PyDict, contexts: readonly string[], parts: RequestParts): TextRequest[] {
  const { config, fields, targetDelimiter: delimiter } = parts;
  const choices = fields.choices(doc).map(pyStr);
  const [context = ''] = contexts;
  const pairs: { context: string; continuation: string }[] =
    parts.nInputs > 0
      ? contexts.map((input) => ({ context: input, continuation: delimiter + pyStr(fields.target(doc)) }))
      : choices.map((choice) => ({ context, continuation: delimiter + choice }));
  if (usesMutualInformation(config)) {
    pairs.push(...choices.map((choice) => ({ context: '', continuation: delimiter + choice })));
  }
  return pairs.map((pair) => ({ kind: 'loglikelihood', ...pair }));
}

/** True where the task asks for acc_mutual_info, which needs every choice's loglikelihood without a context too. */
export function usesMutualInformation(config: TaskConfig): boolean {
  return config.metricList?.some(({ metric }) => metric === 'acc_mutual_info') ?? false;
}

function targetText(target: PyValue, config: TaskConfig): string {
  if (typeof target === 'string') return target;
  throw new SweepError(
    'BAD_TASK',
    `Expected \`doc_to_target\` of the task ${config.task} to give text, got ${typeName(target)}.`,
  );
}
