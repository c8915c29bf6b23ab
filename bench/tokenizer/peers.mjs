// Every peer as a function of a text that counts its ids; null where a peer does not do an encoding.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { encodingFile } from './encodings.mjs';

const require = createRequire(import.meta.url);
const OPENAI = { gpt2: 'gpt2', cl100k: 'cl100k_base', o200k: 'o200k_base' };

/** This project's addon: ids written into one array of the caller's. */
export function scalesweep(name) {
  const { NativeTokenizer } = require('../../build/Release/tokenizer.node');
  const tokenizer = new NativeTokenizer(readFileSync(encodingFile(name)));
  const ids = new Uint32Array(1 << 20);
  return (text) => tokenizer.encodeInto(text, 0, ids);
}

async function tokenizers(name) {
  const { Tokenizer } = await import('tokenizers');
  const tokenizer = Tokenizer.fromFile(encodingFile(name));
  return async (text) => (await tokenizer.encode(text, null, { addSpecialTokens: false })).getLength();
}

async function huggingface(name) {
  const { Tokenizer } = await import('@huggingface/tokenizers');
  const tokenizer = new Tokenizer(JSON.parse(readFileSync(encodingFile(name), 'utf8')), {});
  return (text) => tokenizer.encode(text, { add_special_tokens: false }).ids.length;
}

async function kitoken(name) {
  const { Kitoken } = await import('kitoken/node');
  const tokenizer = new Kitoken(readFileSync(encodingFile(name)));
  return (text) => tokenizer.encode(text, true).length;
}

function tiktoken(name) {
  if (!OPENAI[name]) return null;
  const tokenizer = require('tiktoken').get_encoding(OPENAI[name]);
  return (text) => tokenizer.encode(text, [], []).length;
}

async function gptTokenizer(name) {
  const encoding = { gpt2: 'r50k_base', cl100k: 'cl100k_base', o200k: 'o200k_base' }[name];
  if (!encoding) return null;
  const { encode } = await import(`gpt-tokenizer/encoding/${encoding}`);
  const options = { disallowedSpecial: new Set() };
  return (text) => encode(text, options).length;
}

async function aiTokenizer(name) {
  if (!OPENAI[name] || name === 'gpt2') return null;
  const { default: Tokenizer } = await import('ai-tokenizer');
  const tokenizer = new Tokenizer(await import(`ai-tokenizer/encoding/${OPENAI[name]}`));
  return (text) => tokenizer.encode(text, [], []).length;
}

export const PEERS = {
  scalesweep,
  'tokenizers 0.23.2': tokenizers,
  'ai-tokenizer 1.0.6': aiTokenizer,
  'gpt-tokenizer 4.0.0': gptTokenizer,
  'tiktoken 1.0.22': tiktoken,
  'kitoken 0.10.1': kitoken,
  '@huggingface/tokenizers 0.2.0': huggingface,
};
