// Simulation: how often each true shape is called by its name, at real numbers of items. Nothing here is measured data.
// usage: node bench/analysis/recovery.mjs [draws=200] [resamples=400]   (after npm run build)
import { analyzeCurves } from '../../dist/analysis/analyze-curves.js';
import { createRandom } from '../../dist/stats/random.js';

const draws = Number(process.argv[2] ?? 200);
const resamples = Number(process.argv[3] ?? 400);
const CHANCE = 0.25;
const N_SCALES = 8;
const NAMES = ['flat', 'smooth', 'emergent', 'inverse', 'u-shaped', 'inverted-u', 'undecided'];

/** True values over 8 scales half a decade apart; chance is 0.25. */
const SHAPES = {
  flat: () => CHANCE,
  smooth: (i) => CHANCE + 0.06 * i,
  emergent: (i) => (i < 5 ? CHANCE : 0.75),
  inverse: (i) => 0.7 - 0.06 * i,
  'u-shaped': (i) => 0.3 + 0.05 * Math.abs(i - 3) ** 1.5,
  'inverted-u': (i) => 0.7 - 0.05 * Math.abs(i - 3) ** 1.5,
};

function simulate(shape, n, random) {
  const points = Array.from({ length: N_SCALES }, (_, i) => ({
    scale: `s${i}`,
    nParams: 1e6 * 10 ** (i / 2),
    trainingTokens: null,
    seed: null,
    value: random.binomial(n, SHAPES[shape](i)) / n,
    stderr: null,
    n,
    chance: CHANCE,
  }));
  const curve = {
    family: 'simulated',
    task: shape,
    shots: 0,
    metric: 'acc',
    axis: 'parameters',
    higherIsBetter: true,
  };
  return { ...curve, points };
}

console.log(`SIMULATED curves, ${draws} draws of each; share called by each name, in percent\n`);
console.log(['truth'.padEnd(12), 'items', ...NAMES.map((name) => name.padStart(10))].join(' '));
for (const shape of Object.keys(SHAPES)) {
  for (const n of [30, 100, 200, 1000]) {
    const random = createRandom(`${shape} ${n}`);
    const curves = Array.from({ length: draws }, () => simulate(shape, n, random));
    const found = curves.flatMap((curve, seed) => analyzeCurves([curve], { draws: resamples, seed }));
    const shares = NAMES.map((name) => found.filter((curve) => curve.class === name).length / draws);
    const cells = shares.map((share) => (100 * share).toFixed(0).padStart(10));
    console.log([shape.padEnd(12), String(n).padStart(5), ...cells].join(' '));
  }
}
