import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readChatTemplates, selectChatTemplate } from '../../src/catalog/chat-templates.js';

function modelWith(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'chat-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

test('a template stands in tokenizer_config.json, as text or as a list of named ones', () => {
  const one = modelWith({ 'tokenizer_config.json': { chat_template: 'A', bos_token: { content: '<s>' } } });
  expect(selectChatTemplate(one, null)).toEqual({ source: 'A', specialTokens: { bos_token: '<s>' } });
  expect(selectChatTemplate(one, 'rag').source).toBe('A');
  const named = modelWith({
    'tokenizer_config.json': {
      chat_template: [
        { name: 'default', template: 'A' },
        { name: 'rag', template: 'B' },
      ],
    },
  });
  expect([null, 'rag'].map((name) => selectChatTemplate(named, name).source)).toEqual(['A', 'B']);
  expect(() => selectChatTemplate(named, 'tools')).toThrow(/it has default, rag; run it without/);
});

test('files of their own come before it', () => {
  const folder = modelWith({
    'tokenizer_config.json': { chat_template: 'old', eos_token: '</s>' },
    'special_tokens_map.json': { eos_token: 'x', unk_token: '<unk>' },
    'chat_template.jinja': 'new',
    'additional_chat_templates/rag.jinja': 'B',
  });
  expect(readChatTemplates(folder)).toEqual({
    byName: { default: 'new', rag: 'B' },
    specialTokens: { eos_token: '</s>', unk_token: '<unk>', pad_token: '<unk>' },
  });
});

test('no template, and one that is no template, are said in a sentence', () => {
  expect(() => selectChatTemplate(modelWith({}), null)).toThrow(
    /^Expected a chat template in .* it has none/,
  );
  expect(() =>
    selectChatTemplate(modelWith({ 'tokenizer_config.json': { chat_template: 3 } }), null),
  ).toThrow(/to be a text or a list of \{name, template\}/);
});
