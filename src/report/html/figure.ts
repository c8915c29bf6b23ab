import { escapeHtml } from './element.js';

/** A chart in the page: drawn already, and named so that the script can make it live. Empty where there is no drawing. */
export function chartFigure({
  name,
  svg,
  alt,
  caption,
}: {
  readonly name: string;
  readonly svg: string;
  readonly alt: string;
  readonly caption: string;
}): string {
  if (svg === '') return '';
  const text = caption === '' ? '' : `<figcaption>${escapeHtml(caption)}</figcaption>`;
  return `<figure data-chart="${escapeHtml(name)}"><div class="drawing" role="img" aria-label="${escapeHtml(alt)}">${svg}</div>${text}</figure>`;
}
