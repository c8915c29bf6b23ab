import { escapeHtml, scriptJson } from './element.js';
import { CHART_SCRIPT } from './chart-script.js';
import type { PackedSpecs } from './pack-specs.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';

/** What the page's script works on. */
export interface PageData {
  readonly charts: PackedSpecs;
  readonly rows: readonly unknown[];
  readonly places: unknown;
  readonly axisTitles: Readonly<Record<string, string>>;
  readonly axis: string;
}

/** The page around its content. It loads nothing: styles, scripts and data are inside. */
export function htmlDocument(
  { title, subtitle, main }: { title: string; subtitle: string; main: string },
  data: PageData,
  vegaSource: string,
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval'; img-src data:">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the answer</a>
<header><div><h1>${escapeHtml(title)}</h1><p class="small faint">${escapeHtml(subtitle)}</p></div><button type="button" id="theme" hidden>Light or dark</button></header>
<main id="main">
${main}
</main>
<footer class="small faint">Made by scalesweep. Methods and their sources: docs/method.md.</footer>
<div id="tip" aria-hidden="true"></div>
<script type="application/json" id="page-data">${scriptJson(data)}</script>
<script>${vegaSource.replaceAll('</script', '<\\/script')}</script>
<script>${CHART_SCRIPT}${SCRIPT}</script>
</body>
</html>
`;
}
