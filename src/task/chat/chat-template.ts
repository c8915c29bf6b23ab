import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';
import { SweepError } from '../../errors.js';
import { formatDate } from '../../python/format-date.js';
import { rstrip, strip } from '../../python/text.js';
import { MENDED_FUNCTIONS, mendTemplate } from './mend-template.js';

/** A tokenizer's chat template and what it may refer to. */
export interface ChatTemplate {
  /** Jinja source. */
  readonly source: string;
  /** `bos_token`, `eos_token` and their like, as text. */
  readonly specialTokens: Readonly<Record<string, string>>;
  /** What templates see as today (ISO date): a fixed day, so that a resumed run asks the same. */
  readonly today: string;
}

/** One message as templates see it. */
export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

const CONTINUE_TAG = 'CONTINUE_FINAL_MESSAGE_TAG ';

/** Renders messages by a tokenizer's chat template, as transformers' apply_chat_template does. */
export class ChatRenderer {
  private readonly template: ChatTemplate;
  private readonly program: ReturnType<typeof parse>;

  /** Throws SweepError where the template is not Jinja. */
  constructor(template: ChatTemplate) {
    this.template = template;
    try {
      this.program = mendTemplate(
        parse(tokenize(template.source, { lstrip_blocks: true, trim_blocks: true })),
      );
    } catch (error) {
      throw refused('be Jinja that can be read', error);
    }
  }

  /**
   * The text of a conversation. With `isOpen` the last message is left unfinished, for the model to go on with it;
   * without it the beginning of an answer is added. A template that refuses the messages is tried again without the
   * system's, as lm-eval does. Throws SweepError where it refuses these too.
   */
  render(messages: readonly ChatMessage[], isOpen: boolean): string {
    try {
      return this.renderOnce(messages, isOpen);
    } catch (first) {
      const others = messages.filter(({ role }) => role !== 'system');
      if (first instanceof SweepError || others.length === messages.length)
        throw refused('take the messages', first);
      try {
        return this.renderOnce(others, isOpen);
      } catch (error) {
        throw refused('take the messages', error);
      }
    }
  }

  private renderOnce(messages: readonly ChatMessage[], isOpen: boolean): string {
    if (!isOpen) return this.run(messages, true);
    const last = messages.at(-1)?.content ?? '';
    const tagged = messages.map((message, index) =>
      index === messages.length - 1 ? { ...message, content: message.content + CONTINUE_TAG } : message,
    );
    const text = this.run(tagged, false);
    const at = text.lastIndexOf(CONTINUE_TAG.trimEnd());
    if (at < 0 || !text.includes(strip(last)))
      throw new SweepError(
        'CHAT_TEMPLATE',
        'Expected the chat template to keep the last message, which the model is to go on with, but it leaves parts of it out.',
      );
    return text.startsWith(CONTINUE_TAG, at) ? text.slice(0, at) : rstrip(text.slice(0, at));
  }

  private run(messages: readonly ChatMessage[], addGenerationPrompt: boolean): string {
    const environment = new Environment();
    const values: Record<string, unknown> = {
      ...GLOBALS,
      ...MENDED_FUNCTIONS,
      strftime_now: (format: string) => formatDate(this.template.today, format),
      ...this.template.specialTokens,
      messages,
      tools: null,
      documents: null,
      add_generation_prompt: addGenerationPrompt,
    };
    for (const [name, value] of Object.entries(values)) environment.set(name, value);
    return String(new Interpreter(environment).run(this.program).value);
  }
}

const GLOBALS = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  raise_exception: (message: unknown): never => {
    throw new Error(String(message));
  },
  range: (first: number, end?: number, step = 1): number[] => {
    const [from, to] = end === undefined ? [0, first] : [first, end];
    return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, i) => from + i * step);
  },
};

function refused(expected: string, error: unknown): SweepError {
  if (error instanceof SweepError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new SweepError(
    'CHAT_TEMPLATE',
    `Expected the chat template to ${expected}, but it says: ${reason.replace(/\.$/, '')}.`,
    { cause: error },
  );
}
