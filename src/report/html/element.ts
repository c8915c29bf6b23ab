const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made safe inside HTML and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** JSON made safe inside a script element. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/**
 * A table that scrolls by itself on narrow screens; cells are HTML, headers text. `numeric` columns are set to the right,
 * `wrap` columns hold text that may break.
 */
export function htmlTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  {
    caption,
    numeric = [],
    wrap = [],
  }: { caption: string; numeric?: readonly number[]; wrap?: readonly number[] },
): string {
  const kind = (i: number): string =>
    numeric.includes(i) ? ' class="number"' : wrap.includes(i) ? ' class="wrap"' : '';
  const head = header.map((name, i) => `<th scope="col"${kind(i)}>${escapeHtml(name)}</th>`).join('');
  const body = rows
    .map(
      (row) =>
        `<tr>${row.map((cell, i) => (i === 0 ? `<th scope="row">${cell}</th>` : `<td${kind(i)}>${cell}</td>`)).join('')}</tr>`,
    )
    .join('\n');
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}
