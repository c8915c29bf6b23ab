import { expect, test } from 'vitest';
import { gainCurves } from '../../src/analysis/gain.js';
import { keptBy } from '../../src/analysis/keep.js';
import { keptAbilities } from '../../src/analysis/kept-abilities.js';
import { scaleCurve } from '../../src/analysis/scales.js';
import { costsByScale, frontierOf } from '../../src/report/cost-table.js';
import { keepTable } from '../../src/report/keep-table.js';
import { curveOf } from '../helpers/curves.js';
import { exampleTrials } from '../helpers/trials.js';

const NINE_TENTHS = { share: 0.9, reference: null, class: 'smooth' } as const;

test('the smallest scale within the margin keeps the ability, and every larger one must too', () => {
  const kept = keptBy(scaleCurve(curveOf([0.1, 0.5, 0.97, 0.97, 1], { n: 2000 })), NINE_TENTHS);
  expect(kept).toMatchObject({ reference: 's4', smallest: 's2', failing: 's1' });
  const dip = keptBy(scaleCurve(curveOf([0.1, 0.98, 0.5, 0.97, 1], { n: 2000 })), NINE_TENTHS);
  expect(dip).toMatchObject({ smallest: 's3', failing: 's2' });
});

test('the margin is a share of the gain over a guess, not of the score', () => {
  const curve = scaleCurve(curveOf([0.5, 0.5, 0.56, 0.6], { n: 20_000, chance: 0.5 }));
  expect(keptBy(curve, NINE_TENTHS)?.smallest).toBe('s3');
  expect(keptBy(curve, { ...NINE_TENTHS, share: 0.4 })?.smallest).toBe('s2');
});

test('few items cannot show that a smaller model keeps up', () => {
  expect(keptBy(scaleCurve(curveOf([0.1, 0.9, 0.9, 0.9], { n: 30 })), NINE_TENTHS)?.smallest).toBe('s3');
});

test('a reference at chance has nothing to keep, and says so', () => {
  const kept = keptBy(scaleCurve(curveOf([0.25, 0.24, 0.26, 0.25], { chance: 0.25 })), NINE_TENTHS);
  expect(kept?.smallest).toBeNull();
  expect(kept?.reason).toMatch(/nothing to keep/);
});

test('a named reference must be there', () => {
  const curve = curveOf([0.1, 0.5, 0.9, 1]);
  expect(keptAbilities([curve], [], { share: 0.9, reference: 's2' })[0]?.reference).toBe('s2');
  expect(() => keptAbilities([curve], [], { share: 0.9, reference: '7b' })).toThrow(/scales are s0, s1/);
});

test('the frontier holds the scales that none beats on score and speed', () => {
  const costs = costsByScale(exampleTrials({ t: [0.2, 0.1, 0.6, 0.9, 0.9] }));
  expect(
    frontierOf(costs)
      .filter(({ isOnFrontier }) => isOnFrontier)
      .map(({ scale }) => scale),
  ).toEqual(['3k', '28k', '107k']);
  const kept = keptAbilities([curveOf([0.2, 0.1, 0.6, 0.9, 0.9])], [], { share: 0.9, reference: null });
  const table = keepTable(kept, costs);
  expect(table).toContain('90%');
  expect(table).toMatch(/speed .* memory .* energy .* on the frontier/);
  expect(table).toMatch(/J\/token|  -  /);
});

test('written steps and shots are compared with their plain twins, and the gain counts from where it stays', () => {
  const gains = gainCurves([
    curveOf([0.1, 0.1, 0.1, 0.1], { task: 'sum_direct' }),
    curveOf([0.1, 0.1, 0.9, 1], { task: 'sum_cot' }),
    curveOf([0.2, 0.3, 0.4, 0.5], { task: 'icl', shots: 0 }),
    curveOf([0.2, 0.3, 0.4, 0.9], { task: 'icl', shots: 4 }),
  ]);
  expect(gains.map(({ kind, positiveFrom }) => [kind, positiveFrom])).toEqual([
    ['shots', 's3'],
    ['chain-of-thought', 's2'],
  ]);
  expect(gains[1]?.points[2]?.gain).toBeCloseTo(0.8, 12);
});
