import { compile, type TopLevelSpec } from 'vega-lite';
import { parse, View, type LoggerInterface, type Spec } from 'vega';

/** A Vega-Lite specification, as JSON. */
export type ChartSpec = Readonly<Record<string, unknown>>;

/** Vega-Lite would print its remarks on layout into the conversation with the user. */
const SILENT: LoggerInterface = {
  level: () => 0,
  error: () => SILENT,
  warn: () => SILENT,
  info: () => SILENT,
  debug: () => SILENT,
};

/** What a browser needs to draw a chart: Vega's own specification, without Vega-Lite's compiler. */
export function compileChart(spec: ChartSpec): Spec {
  return compile(spec as unknown as TopLevelSpec, { logger: SILENT }).spec;
}

/** Draws a compiled chart as SVG text, without a browser. */
export async function renderSvg(spec: Spec): Promise<string> {
  const view = new View(parse(spec), { renderer: 'none', logLevel: 0 });
  try {
    return slim(await view.toSVG());
  } finally {
    view.finalize();
  }
}

/** Says once what every mark repeats, and leaves out what draws nothing and digits that nobody sees: half of the text. */
function slim(svg: string): string {
  const font = / font-family="([^"]*)"/.exec(svg)?.[0] ?? '';
  return svg
    .replaceAll(/ (?:font-family|role|aria-roledescription|aria-hidden|pointer-events|class)="[^"]*"/g, '')
    .replaceAll(/<path d="(?:M0,0h[-\d.]+v[-\d.]+h[-\d.]+Z)?"(?: display="none")?\/>/g, '')
    .replaceAll(/ (?:stroke-)?(?:opacity|width)="1"/g, '')
    .replaceAll(/="[^"]*\d\.\d{3,}[^"]*"/g, (attribute) => attribute.replaceAll(/(\.\d\d)\d+/g, '$1'))
    .replaceAll('<g></g>', '')
    .replaceAll('<g/>', '')
    .replace('<svg ', `<svg${font} `);
}
