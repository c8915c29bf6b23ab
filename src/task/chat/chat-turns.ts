import { isSpace } from '../../python/text.js';
import { joinMessages, type Message } from '../prompt.js';
import type { ChatMessage } from './chat-template.js';

/** Every message as a turn of its own. */
export function asTurns(messages: readonly Message[]): ChatMessage[] {
  return messages.map(({ role, content }) => ({ role, content }));
}

/**
 * Worked examples and question as one message of the user, with their delimiters; the system's message before it and
 * the beginning of the answer after it stay apart.
 */
export function asOneTurn(messages: readonly Message[]): ChatMessage[] {
  const [first] = messages;
  const system = first?.role === 'system' ? [first] : [];
  const rest = messages.slice(system.length);
  const opening = rest.at(-1)?.role === 'assistant' ? rest.slice(-1) : [];
  const users = rest.slice(0, rest.length - opening.length);
  const question = users.map((message, index) =>
    index === users.length - 1 ? { ...message, delimiter: '' } : message,
  );
  return [...asTurns(system), { role: 'user', content: joinMessages(question) }, ...asTurns(opening)];
}

/** What stands between a chat prompt and a choice: nothing, but for a prefix of the answer that does not end in a blank. */
export function chatTargetDelimiter(genPrefix: string | null, targetDelimiter: string): string {
  return genPrefix === null || genPrefix === '' || isSpace(genPrefix.slice(-1)) ? '' : targetDelimiter;
}
