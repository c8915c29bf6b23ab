import type { CurveAnalysis } from '../analysis/curve-analysis.js';

/** The analysis as one JSON object: `{"curves": [...]}`. */
export function curvesJson(curves: readonly CurveAnalysis[]): string {
  return `${JSON.stringify({ curves }, null, 1)}\n`;
}
