// Simulation: how often each true shape is called by its name, at real numbers of items. Nothing here is measured data.
// usage: node bench/analysis/recovery.mjs [draws=200] [resamples=400]   (after npm run build)
import { analyzeCurves } from '../../dist/analysis/analyze-curves.js';
import { createRandom } from '../../dist/stats/random.js';

const draws = Number(process.argv[2] ?? 200);
const resamples = Number(process.argv[3] ?? 400);
const CHANCE = 0.25;
const NAMES = ['flat', 'smooth', 'emergent', 'inverse', 'u-shaped', 'inverted-u', 'undecided'];

/** True values at u from 0 (smallest scale) to 1 (largest), over 3.5 decades; chance is 0.25. */
const SHAPES = {
  flat: () => CHANCE,
  smooth: (u) => CHANCE + 0.42 * u,
  'smooth, late': (u) => CHANCE + 0.42 * u ** 2,
  emergent: (u) => (u < 0.7 ? CHANCE : 0.75),
  'emergent, top': (u) => (u < 0.99 ? CHANCE : 0.55),
  inverse: (u) => 0.7 - 0.42 * u,
  'u-shaped': (u) => 0.3 + 0.8 * Math.abs(u - 0.43) ** 1.5,
  'inverted-u': (u) => 0.7 - 0.8 * Math.abs(u - 0.43) ** 1.5,
};

function simulate(shape, { n, nScales }, random) {
  const points = Array.from({ length: nScales }, (_, i) => ({
    scale: `s${i}`,
    nParams: 1e6 * 10 ** ((3.5 * i) / (nScales - 1)),
    trainingTokens: null,
    seed: null,
    value: random.binomial(n, SHAPES[shape](i / (nScales - 1))) / n,
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
console.log(['truth'.padEnd(14), 'scales', 'items', ...NAMES.map((name) => name.padStart(10))].join(' '));
for (const shape of Object.keys(SHAPES)) {
  for (const nScales of [5, 12]) {
    // 30, 94 and 205 items are those of real BIG-bench tasks, 1,319 those of GSM8K.
    for (const n of [30, 94, 205, 1319]) {
      const random = createRandom(`${shape} ${nScales} ${n}`);
      const curves = Array.from({ length: draws }, () => simulate(shape, { n, nScales }, random));
      const found = curves.flatMap((curve, seed) => analyzeCurves([curve], { draws: resamples, seed }));
      const shares = NAMES.map((name) => found.filter((curve) => curve.class === name).length / draws);
      const cells = shares.map((share) => (100 * share).toFixed(0).padStart(10));
      console.log([shape.padEnd(14), String(nScales).padStart(6), String(n).padStart(5), ...cells].join(' '));
    }
  }
}
