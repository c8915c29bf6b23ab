import { readCurves } from '../analysis/input/read-curves.js';
import { AXES, type Axis, type CurveInput } from '../analysis/points.js';
import { SweepError } from '../errors.js';
import { readRun, type Run } from '../run/read-run.js';
import { curvesOfRun } from '../run/run-curves.js';
import { holdsRun } from '../run/run-file.js';

/** What `analyze` and `report` were pointed at: one run, or files of measured points. */
export interface CurveSource {
  readonly run: Run | null;
  readonly curves: readonly CurveInput[];
}

/** Reads a run directory, or files (several are joined into curves). Throws SweepError where they are neither. */
export async function readCurveSource(paths: readonly string[], axis: Axis | null): Promise<CurveSource> {
  const [first] = paths;
  if (first !== undefined && paths.length === 1 && (await holdsRun(first))) {
    const run = await readRun(first);
    return { run, curves: curvesOfRun(run, axis) };
  }
  return { run: null, curves: await readCurves(paths, axis) };
}

/** Short names of axes, beside the long ones. */
const AXIS_NAMES: Readonly<Record<string, Axis>> = {
  ...Object.fromEntries(AXES.map((name) => [name, name])),
  params: 'parameters',
  bpb: 'bits-per-byte',
};

/** What `--axis` says of itself. */
export const AXIS_HELP =
  'what curves are drawn against: params, non-embedding, tokens, flops, bpb or examples; default: what varies';

/** Parses `--axis`; null where it is absent, so that what varies is chosen. */
export function parseAxis(text: string | undefined): Axis | null {
  if (text === undefined) return null;
  const axis = AXIS_NAMES[text];
  if (axis !== undefined) return axis;
  throw new SweepError(
    'FLAG',
    `Expected --axis to be one of ${Object.keys(AXIS_NAMES).join(', ')}, got ${JSON.stringify(text)}`,
  );
}

/** Parses a flag that takes a whole number from `least` on. */
export function parseCount(flag: string, text: string, least = 1): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new SweepError(
    'FLAG',
    `Expected ${flag} to be a whole number from ${least}, got ${JSON.stringify(text)}`,
  );
}
