// Texts that any checkout has: English from the READMEs of packages, code and JSON from packages, and words of fifty
// languages from the names that this Node's ICU gives to languages, regions and currencies.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGES = join(import.meta.dirname, '..', '..', 'node_modules');
const BYTES = 400_000;
const LANGUAGES =
  'ar bg bn cs da de el en es et fa fi fr gu he hi hr hu hy id it ja ka kk km kn ko lo lt lv mk ml mr my nb nl pl pt ro ru si sk sl sr sv sw ta te th tr uk ur vi zh'.split(
    ' ',
  );

function filesOf(ending) {
  return readdirSync(PACKAGES, { recursive: true })
    .filter((path) => path.endsWith(ending) && !path.includes('.min.') && !path.includes('/.'))
    .toSorted((a, b) => (a < b ? -1 : 1));
}

function read(ending) {
  let text = '';
  for (const path of filesOf(ending)) {
    const file = readFileSync(join(PACKAGES, path), 'utf8').slice(0, 40_000);
    if (!file.includes('\uFEFF')) text += file;
    if (text.length > BYTES) break;
  }
  return text.slice(0, BYTES);
}

function multilingual() {
  const codes = Array.from('abcdefghijklmnopqrstuvwxyz').flatMap((a) => LANGUAGES.map((l) => a + l[0]));
  let text = '';
  for (const language of LANGUAGES) {
    const names = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' });
    const regions = codes.map((code) => names.of(code.toUpperCase())).filter(Boolean);
    text += `${regions.slice(0, 400).join(', ')}.\n`;
  }
  return text.slice(0, BYTES / 2);
}

/** Cuts text into documents of 0.2 to 2 thousand characters, the same on every run. */
function documents(text) {
  const cut = [];
  for (let at = 0, i = 0; at < text.length; i++) {
    const length = 200 + ((i * 7919) % 1800);
    // Joined anew, so that no document is a slice of one large string.
    cut.push(Buffer.from(text.slice(at, at + length)).toString());
    at += length;
  }
  return cut;
}

/** Documents by category. */
export function corpus() {
  const texts = {
    english: read('.md'),
    code: read('.js'),
    json: read('package.json'),
    multilingual: multilingual(),
  };
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, documents(text)]));
}
