import { criticalData, type CriticalData } from './critical-data.js';
import type { CurveAnalysis } from './curve-analysis.js';
import { gainCurves, type GainCurve } from './gain.js';
import { itemFlips, type ItemFlips } from './item-flips.js';
import type { Kept } from './keep.js';
import { keptAbilities } from './kept-abilities.js';
import { lossLaws, type LossLawFinding } from './laws/loss-laws.js';
import { twoStepForecasts, type TwoStepForecast } from './laws/two-step.js';
import { memorisationOf, type Memorisation } from './memorisation.js';
import { firstMetrics, type CurveInput } from './points.js';

/** What a set of curves says beyond each curve by itself. Empty lists where the data hold nothing of the kind. */
export interface Findings {
  /** The smallest model that keeps each ability. */
  readonly kept: readonly Kept[];
  /** What shots and written steps add, by scale. */
  readonly gains: readonly GainCurve[];
  /** The samples that change from each scale to the next. */
  readonly flips: readonly ItemFlips[];
  /** Memorisation by scale and repetition. */
  readonly memorisation: readonly Memorisation[];
  /** How much data a task takes, of families that vary it. */
  readonly criticalData: readonly CriticalData[];
  /** Power laws of the losses. */
  readonly lossLaws: readonly LossLawFinding[];
  /** Forecasts of scores by way of the loss. */
  readonly twoStep: readonly TwoStepForecast[];
}

/** The share of a gain that counts as keeping it, unless somebody asks for another. */
const KEPT_SHARE = 0.9;

/** The findings of curves and of their analyses, which are in the same order. */
export function findingsOf(inputs: readonly CurveInput[], curves: readonly CurveAnalysis[]): Findings {
  return {
    kept: keptAbilities(inputs, curves, { share: KEPT_SHARE, reference: null }),
    gains: gainCurves(inputs),
    flips: itemFlips(firstMetrics(inputs)),
    memorisation: memorisationOf(inputs),
    criticalData: criticalData(inputs, curves),
    lossLaws: lossLaws(inputs),
    twoStep: twoStepForecasts(inputs),
  };
}
