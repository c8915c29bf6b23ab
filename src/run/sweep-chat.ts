import { selectChatTemplate } from '../catalog/chat-templates.js';
import type { Family } from '../domain/model.js';
import { SweepError } from '../errors.js';
import { digestOfValue } from '../files/digest.js';
import type { Sweep } from '../spec/sweep.js';
import type { ChatOptions } from '../task/prepare-workload.js';

type ChatFields = Pick<Sweep, 'applyChatTemplate' | 'fewshotAsMultiturn' | 'chatDate'>;

/**
 * The conversation format of a sweep, null for plain text. All its models must have the same template and special
 * tokens: a curve compares answers to one and the same prompt. Throws SweepError where they do not, or have none.
 */
export function chatOfSweep(sweep: ChatFields, families: readonly Family[]): ChatOptions | null {
  if (sweep.applyChatTemplate === false) return null;
  const name = sweep.applyChatTemplate === true ? null : sweep.applyChatTemplate;
  const models = families.flatMap((family) => family.models);
  const [first, ...others] = models.map((model) => ({ model, ...selectChatTemplate(model.directory, name) }));
  if (first === undefined) return null;
  const digest = ({ source, specialTokens }: typeof first): string =>
    digestOfValue({ source, specialTokens });
  const other = others.find((one) => digest(one) !== digest(first));
  if (other !== undefined) {
    throw new SweepError(
      'OTHER_CHAT_TEMPLATE',
      `Expected all models of a sweep to have one chat template and the same special tokens, but those of ` +
        `${first.model.directory} and ${other.model.directory} differ: run them as two sweeps`,
    );
  }
  const { source, specialTokens } = first;
  const today = sweep.chatDate ?? new Date().toISOString().slice(0, 10);
  return { template: { source, specialTokens, today }, asMultiturn: sweep.fewshotAsMultiturn ?? true };
}
