/** The fields of a run's header as rows of a table: nested values by dotted names, long lists cut. */
export function provenanceRows(header: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(header).flatMap(([name, value]) => rowsOf(name, value, 0));
}

const MAX_DEPTH = 3;
const MAX_TEXT = 300;

function rowsOf(name: string, value: unknown, depth: number): [string, string][] {
  if (value === null || value === undefined) return [];
  const isNested = typeof value === 'object' && depth < MAX_DEPTH && !isListOfText(value);
  if (!isNested) return [[name, textOf(value)]];
  return Object.entries(value).flatMap(([key, inner]) => rowsOf(`${name}.${key}`, inner, depth + 1));
}

function isListOfText(value: object): value is unknown[] {
  return Array.isArray(value) && value.every((item) => typeof item !== 'object');
}

function textOf(value: unknown): string {
  const text = Array.isArray(value) && isListOfText(value) ? value.map(String).join(', ') : plain(value);
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)} ...` : text;
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
