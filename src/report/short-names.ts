/** Names without the words that all of them begin with: `33k` of `tiny-33k` beside `tiny-3m`. */
export function shorten(names: readonly string[]): string[] {
  const words = names.map((name) => name.split(/(?<=[-_ .])/));
  const shortest = Math.min(...words.map(({ length }) => length));
  const isShared = (at: number): boolean => words.every((own) => own[at] === words[0]?.[at]);
  let shared = 0;
  while (names.length > 1 && shared < shortest - 1 && isShared(shared)) shared += 1;
  return words.map((own) => own.slice(shared).join(''));
}

/** How each of these names is shortened; other names stay as they are. */
export function shortenerOf(names: readonly string[]): (name: string) => string {
  const short = shorten(names);
  return (name) => short[names.indexOf(name)] ?? name;
}
