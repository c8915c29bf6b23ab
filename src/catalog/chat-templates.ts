import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { SweepError } from '../errors.js';

/** The chat templates of a model directory, by name, and the special tokens that they may refer to. */
export interface ChatTemplates {
  readonly byName: Readonly<Record<string, string>>;
  readonly specialTokens: Readonly<Record<string, string>>;
}

/** A template without a name, and the one that is taken when none is asked for. */
export const DEFAULT_TEMPLATE = 'default';

const TOKENS = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'];

/** Files of a model directory, beside tokenizer_config.json, that chat prompts are made from. */
export const CHAT_FILES = ['chat_template.jinja', 'special_tokens_map.json'] as const;

/**
 * Reads chat templates as transformers does: chat_template.jinja and additional_chat_templates/NAME.jinja where they
 * are there, else `chat_template` of tokenizer_config.json, which is a text or a list of named ones.
 * Throws SweepError where a file is not what it should be.
 */
export function readChatTemplates(directory: string): ChatTemplates {
  const config = readFields(join(directory, 'tokenizer_config.json'));
  const files = templatesInFiles(directory);
  const byName =
    Object.keys(files).length > 0 ? files : templatesInConfig(config['chat_template'], directory);
  const tokens = specialTokens({ ...readFields(join(directory, 'special_tokens_map.json')), ...config });
  return { byName, specialTokens: tokens };
}

/**
 * The template of a model directory: the named one, or the default. Like lm-eval, a directory with one nameless
 * template gives that one whatever the name. Throws SweepError where there is none.
 */
export function selectChatTemplate(
  directory: string,
  name: string | null,
): { source: string; specialTokens: ChatTemplates['specialTokens'] } {
  const { byName, specialTokens: tokens } = readChatTemplates(directory);
  const names = Object.keys(byName);
  const isNameless = names.length === 1 && names[0] === DEFAULT_TEMPLATE;
  const source = byName[name === null || isNameless ? DEFAULT_TEMPLATE : name];
  if (source !== undefined) return { source, specialTokens: tokens };
  const there = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
  throw new SweepError(
    'NO_CHAT_TEMPLATE',
    `Expected ${name === null ? 'a chat template' : `a chat template named ${JSON.stringify(name)}`} in ${directory} ` +
      `(chat_template.jinja, or chat_template of tokenizer_config.json), but ${there}; run it without --apply-chat-template.`,
  );
}

function templatesInFiles(directory: string): Record<string, string> {
  const found: Record<string, string> = {};
  const main = join(directory, 'chat_template.jinja');
  if (existsSync(main)) found[DEFAULT_TEMPLATE] = readFileSync(main, 'utf8');
  const folder = join(directory, 'additional_chat_templates');
  const names = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.jinja'))
        .sort()
    : [];
  for (const name of names) found[basename(name, '.jinja')] = readFileSync(join(folder, name), 'utf8');
  return found;
}

function templatesInConfig(value: unknown, directory: string): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (typeof value === 'string') return { [DEFAULT_TEMPLATE]: value };
  const entries = Array.isArray(value) ? (value as unknown[]).map(namedTemplate) : [null];
  if (entries.every((entry) => entry !== null)) return Object.fromEntries(entries);
  throw new SweepError(
    'CHAT_TEMPLATE',
    `Expected \`chat_template\` in ${join(directory, 'tokenizer_config.json')} to be a text or a list of {name, template}.`,
  );
}

function namedTemplate(entry: unknown): [string, string] | null {
  const { name, template } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<
    string,
    unknown
  >;
  return typeof name === 'string' && typeof template === 'string' ? [name, template] : null;
}

// lm-eval pads with the unknown token or with EOS where a tokenizer names no padding.
function specialTokens(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of TOKENS) {
    const value = fields[name];
    const text =
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)['content'] : value;
    if (typeof text === 'string') found[name] = text;
  }
  const padding = found['pad_token'] ?? found['unk_token'] ?? found['eos_token'];
  return padding === undefined ? found : { ...found, pad_token: padding };
}

function readFields(file: string): Readonly<Record<string, unknown>> {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    throw new SweepError('BAD_JSON', `Expected ${file} to be JSON: ${String(error)}.`, { cause: error });
  }
}
