import { compile, type TopLevelSpec } from 'vega-lite';
import { parse, View, type Spec } from 'vega';

/** A Vega-Lite specification, as JSON. */
export type ChartSpec = Readonly<Record<string, unknown>>;

/** What a browser needs to draw a chart: Vega's own specification, without Vega-Lite's compiler. */
export function compileChart(spec: ChartSpec): Spec {
  return compile(spec as unknown as TopLevelSpec).spec;
}

/** Draws a chart as SVG text, without a browser. */
export async function renderSvg(spec: ChartSpec): Promise<string> {
  const view = new View(parse(compileChart(spec)), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
