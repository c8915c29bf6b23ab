import { SweepError } from '../errors.js';
import { SPACE_CLASS } from './text.js';

const WORD_CLASS = '\\p{L}\\p{N}_';
const BOUNDARY = `(?:(?<=[${WORD_CLASS}])(?![${WORD_CLASS}])|(?<![${WORD_CLASS}])(?=[${WORD_CLASS}]))`;
const NOT_BOUNDARY = `(?:(?<=[${WORD_CLASS}])(?=[${WORD_CLASS}])|(?<![${WORD_CLASS}])(?![${WORD_CLASS}]))`;

interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

/**
 * A JavaScript RegExp (global, unicode) that matches what Python's `re` matches: its `\s`, `\d`, `\w`, `\b`, `.`, `$`,
 * named groups and leading inline flags. Throws SweepError BAD_REGEX for what cannot be said in JavaScript.
 */
export function compilePythonRegex(pattern: string): RegExp {
  const inline = /^\(\?([aiLmsux]+)\)/.exec(pattern);
  const letters = inline?.[1] ?? '';
  if (/[aLx]/.test(letters)) throw badRegex(pattern, `the inline flag (?${letters}) is not supported`);
  const flags = {
    ignoreCase: letters.includes('i'),
    multiline: letters.includes('m'),
    dotAll: letters.includes('s'),
  };
  const body = new PatternTranslator(pattern.slice(inline?.[0].length ?? 0), flags).translate();
  try {
    return new RegExp(body, `gu${flags.ignoreCase ? 'i' : ''}`);
  } catch (error) {
    throw badRegex(pattern, error instanceof Error ? error.message : String(error));
  }
}

function badRegex(pattern: string, reason: string): SweepError {
  return new SweepError(
    'BAD_REGEX',
    `Expected a regular expression that can be run here, got ${JSON.stringify(pattern)}: ${reason}.`,
  );
}

class PatternTranslator {
  private readonly pattern: string;
  private readonly flags: Flags;
  private position = 0;

  constructor(pattern: string, flags: Flags) {
    this.pattern = pattern;
    this.flags = flags;
  }

  translate(): string {
    let out = '';
    while (this.position < this.pattern.length) out += this.translateNext();
    return out;
  }

  private translateNext(): string {
    const next = this.pattern.charAt(this.position);
    if (next === '\\') return this.translateEscape();
    if (next === '[') return this.translateClass();
    if (next === '(') return this.translateGroup();
    if (next === '{' || next === '}') return this.translateBrace();
    this.position += 1;
    if (next === '.') return this.flags.dotAll ? '[^]' : '[^\\n]';
    if (next === '^') return this.flags.multiline ? '(?:(?<![^])|(?<=\\n))' : '(?<![^])';
    if (next === '$') return this.flags.multiline ? '(?:(?![^])|(?=\\n))' : '(?=\\n?(?![^]))';
    return next === ']' || next === '/' ? `\\${next}` : next;
  }

  private translateEscape(): string {
    const letter = this.pattern.charAt(this.position + 1);
    this.position += 2;
    if (letter === 'A') return '(?<![^])';
    if (letter === 'Z') return '(?![^])';
    if (letter === 'b') return BOUNDARY;
    if (letter === 'B') return NOT_BOUNDARY;
    const inClass = classEscape(letter);
    if (inClass !== null) return `[${inClass}]`;
    return this.literalEscape(letter);
  }

  private literalEscape(letter: string): string {
    if (/[1-9]/.test(letter)) {
      const more = /^\d?/.exec(this.pattern.slice(this.position))?.[0] ?? '';
      this.position += more.length;
      return `(?:\\${letter}${more})`;
    }
    const nDigits = { x: 2, u: 4, U: 8 }[letter];
    if (nDigits !== undefined) {
      const digits = this.pattern.slice(this.position, this.position + nDigits);
      this.position += nDigits;
      return `\\u{${digits}}`;
    }
    if (letter === '0') return '\\x00';
    if (letter === 'a') return '\\x07';
    if (/[nrtfv]/.test(letter)) return `\\${letter}`;
    return /[\^$\\.*+?()[\]{}|/-]/.test(letter) && letter !== '-' ? `\\${letter}` : letter;
  }

  private translateClass(): string {
    this.position += 1;
    let out = '[';
    if (this.pattern.charAt(this.position) === '^') {
      out += '^';
      this.position += 1;
    }
    for (let first = true; first || this.pattern.charAt(this.position) !== ']'; first = false) {
      if (this.position >= this.pattern.length) throw badRegex(this.pattern, 'a [ is never closed');
      out += this.translateClassMember();
    }
    this.position += 1;
    return `${out}]`;
  }

  private translateClassMember(): string {
    const next = this.pattern.charAt(this.position);
    if (next !== '\\') {
      const character = String.fromCodePoint(this.pattern.codePointAt(this.position) ?? 0);
      this.position += character.length;
      return /[[\]/]/.test(character) ? `\\${character}` : character;
    }
    const letter = this.pattern.charAt(this.position + 1);
    this.position += 2;
    if (letter === 'b') return '\\x08';
    if (letter === '-') return '\\-';
    return classEscape(letter) ?? this.literalEscape(letter);
  }

  private translateGroup(): string {
    const rest = this.pattern.slice(this.position);
    const backReference = /^\(\?P=(\w+)\)/.exec(rest);
    if (backReference) return this.emit(backReference[0], `\\k<${backReference[1] ?? ''}>`);
    if (rest.startsWith('(?P<')) return this.emit('(?P<', '(?<');
    const comment = /^\(\?#[^)]*\)/.exec(rest);
    if (comment) return this.emit(comment[0], '');
    const known = /^\(\?(?::|=|!|<=|<!)/.exec(rest)?.[0];
    if (known !== undefined) return this.emit(known, known);
    if (rest.startsWith('(?'))
      throw badRegex(this.pattern, `the group ${rest.slice(0, 5)}... is not supported`);
    return this.emit('(', '(');
  }

  private translateBrace(): string {
    const quantifier = /^\{(\d*)(,?)(\d*)\}/.exec(this.pattern.slice(this.position));
    if (quantifier && (quantifier[1] !== '' || quantifier[3] !== '')) {
      return this.emit(
        quantifier[0],
        `{${quantifier[1] || '0'}${quantifier[2] ?? ''}${quantifier[3] ?? ''}}`,
      );
    }
    const brace = this.pattern.charAt(this.position);
    return this.emit(brace, `\\${brace}`);
  }

  private emit(consumed: string, output: string): string {
    this.position += consumed.length;
    return output;
  }
}

function classEscape(letter: string): string | null {
  switch (letter) {
    case 's':
      return SPACE_CLASS;
    case 'S':
      return SPACE_COMPLEMENT;
    case 'd':
      return '\\p{Nd}';
    case 'D':
      return '\\P{Nd}';
    case 'w':
      return WORD_CLASS;
    case 'W':
      return WORD_COMPLEMENT;
    default:
      return null;
  }
}

// \S and \W must be usable inside another class, where a negated class cannot stand: they are written as ranges.
const SPACE_COMPLEMENT =
  '\\x00-\\x08\\x0e-\\x1b\\x21-\\x84\\x86-\\x9f\\xa1-\\u167f\\u1681-\\u1fff\\u200b-\\u2027\\u202a-\\u202e\\u2030-\\u205e\\u2060-\\u2fff\\u3001-\\u{10ffff}';
const WORD_COMPLEMENT =
  '\\p{M}\\p{Pd}\\p{Ps}\\p{Pe}\\p{Pi}\\p{Pf}\\p{Po}\\u203f\\u2040\\u2054\\ufe33\\ufe34\\ufe4d-\\ufe4f\\uff3f\\p{S}\\p{Z}\\p{C}';

/** Python's re.findall: the whole match without groups, the group with one, a list of groups with more. */
export function findAll(regex: RegExp, text: string): (string | string[])[] {
  return [...text.matchAll(regex)].map((match) => {
    if (match.length === 1) return match[0];
    const groups = match.slice(1).map((group) => group ?? '');
    return groups.length === 1 ? (groups[0] ?? '') : groups;
  });
}

/** Python's re.sub with a replacement text (`\1`, `\g<name>` refer to groups). */
export function substitute(regex: RegExp, text: string, replacement: string): string {
  return text.replace(regex, (...found: unknown[]) => {
    const named = typeof found.at(-1) === 'object' ? (found.at(-1) as Record<string, string>) : {};
    return replacement.replace(
      /\\(?:g<(\w+)>|(\d)|([\\nt]))/g,
      (_, name?: string, digit?: string, escape?: string) => {
        if (escape !== undefined) return { '\\': '\\', n: '\n', t: '\t' }[escape] ?? '';
        const key = name ?? digit ?? '';
        const group = /^\d+$/.test(key) ? found[Number(key)] : named[key];
        return typeof group === 'string' ? group : '';
      },
    );
  });
}

/** Python's re.split without groups in the pattern. */
export function splitByRegex(regex: RegExp, text: string): string[] {
  return text.split(new RegExp(regex.source, regex.flags.replace('g', '')));
}
