import type { Scale } from './scales.js';

/** A value expected beyond the data, with the variance of the curve there (the noise of a measurement left out). */
export interface Outlook {
  readonly value: number;
  readonly variance: number;
}

/** How much a slope may change in a decade, as standard deviations in units a decade: each is tried, and they are averaged by likelihood. */
const SLOPE_CHANGES = [0.03, 0.1, 0.2, 0.4];
/** How far a model may stand off the curve of its family, as standard deviations in units: tried and averaged likewise. */
const SCATTERS = [0, 0.03, 0.08];
/** Standard deviation of the slope at the first scale, in units a decade. */
const FIRST_SLOPE = 0.3;
/** A slope fades to 1/e over this many decades: growth does not go on for ever (Gardner and McKenzie 1985). */
const FADE_DECADES = 2;

/** Level and slope with their covariance. */
interface State {
  readonly level: number;
  readonly slope: number;
  readonly ll: number;
  readonly ls: number;
  readonly ss: number;
}

/**
 * The local linear trend (Harvey 1989, section 2.3) in log scale: level and slope are followed by a Kalman filter through
 * the scales, each with its own noise and distance, and the slope wanders and fades. Values are in `unit`s (1 for
 * proportions, the range of the values for others). No shape is assumed, so that what rises goes on rising for a while.
 */
export function trendAt(scales: readonly Scale[], x: number, unit: number): Outlook {
  const runs = SLOPE_CHANGES.flatMap((change) =>
    SCATTERS.map((scatter) =>
      runTrend(scales, x, { change: (change * unit) ** 2, scatter: (scatter * unit) ** 2, unit }),
    ),
  );
  const most = Math.max(...runs.map(({ logLikelihood }) => logLikelihood));
  const weights = runs.map(({ logLikelihood }) => Math.exp(logLikelihood - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const average = (of: (run: Outlook) => number): number =>
    runs.reduce((sum, run, i) => sum + ((weights[i] as number) / total) * of(run), 0);
  const value = average((run) => run.value);
  return { value, variance: average((run) => run.variance + (run.value - value) ** 2) };
}

function runTrend(
  scales: readonly Scale[],
  x: number,
  { change, scatter, unit }: { change: number; scatter: number; unit: number },
): Outlook & { readonly logLikelihood: number } {
  const [first, ...rest] = scales;
  let state: State = {
    level: first?.value ?? 0,
    slope: 0,
    ll: (first?.variance ?? 0) + scatter,
    ls: 0,
    ss: (FIRST_SLOPE * unit) ** 2,
  };
  let at = first?.x ?? x;
  let logLikelihood = 0;
  for (const scale of rest) {
    state = ahead(state, scale.x - at, change);
    at = scale.x;
    const spread = state.ll + scale.variance + scatter;
    const surprise = scale.value - state.level;
    logLikelihood -= (Math.log(spread) + (surprise * surprise) / spread) / 2;
    state = informed(state, surprise, spread);
  }
  const end = ahead(state, x - at, change);
  return { value: end.level, variance: end.ll + scatter, logLikelihood };
}

/** The state some decades on: the slope has faded and wandered. */
function ahead({ level, slope, ll, ls, ss }: State, decades: number, change: number): State {
  const fade = Math.exp(-decades / FADE_DECADES);
  const reach = FADE_DECADES * (1 - fade);
  return {
    level: level + reach * slope,
    slope: fade * slope,
    ll: ll + 2 * reach * ls + reach * reach * ss + (change * decades ** 3) / 3,
    ls: fade * (ls + reach * ss) + (change * decades ** 2) / 2,
    ss: fade * fade * ss + change * decades,
  };
}

/** The state after a measurement. */
function informed({ level, slope, ll, ls, ss }: State, surprise: number, spread: number): State {
  const [byLevel, bySlope] = [ll / spread, ls / spread];
  return {
    level: level + byLevel * surprise,
    slope: slope + bySlope * surprise,
    ll: ll * (1 - byLevel),
    ls: ls * (1 - byLevel),
    ss: ss - bySlope * ls,
  };
}
