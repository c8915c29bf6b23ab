/** A function with its gradient. */
export type Objective = (x: Float64Array) => { readonly value: number; readonly gradient: Float64Array };

/** Where a search ended. */
export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
}

const MEMORY = 10;
const SUFFICIENT = 1e-4;
const CURVATURE = 0.9;

/** Limited-memory BFGS (Liu and Nocedal 1989) with a bisecting line search for the weak Wolfe conditions. */
export function minimize(
  objective: Objective,
  start: ArrayLike<number>,
  { maxIterations = 1000, tolerance = 1e-12 }: { maxIterations?: number; tolerance?: number } = {},
): Minimum {
  let x = Float64Array.from(start);
  let at = objective(x);
  const steps: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  let iterations = 0;
  for (; iterations < maxIterations; iterations++) {
    const direction = twoLoop(at.gradient, steps);
    const found = searchLine(objective, { x, at, direction });
    if (found === null) break;
    const s = found.x.map((value, i) => value - (x[i] as number));
    const y = found.at.gradient.map((value, i) => value - (at.gradient[i] as number));
    const sy = dot(s, y);
    const gained = at.value - found.at.value;
    if (sy > 1e-300) steps.push({ s, y, rho: 1 / sy });
    if (steps.length > MEMORY) steps.shift();
    x = found.x;
    at = found.at;
    if (gained <= tolerance * Math.max(1e-12, Math.abs(at.value))) break;
  }
  return { x, value: at.value, iterations };
}

/** The search direction: the inverse Hessian that the last steps imply, times the negative gradient. */
function twoLoop(
  gradient: Float64Array,
  steps: readonly { s: Float64Array; y: Float64Array; rho: number }[],
): Float64Array {
  const q = gradient.map((value) => -value);
  const alphas = steps.map(() => 0);
  for (let i = steps.length - 1; i >= 0; i--) {
    const { s, y, rho } = steps[i] as (typeof steps)[number];
    alphas[i] = rho * dot(s, q);
    addTo(q, y, -(alphas[i] as number));
  }
  const last = steps.at(-1);
  if (last !== undefined) {
    const scale = 1 / (last.rho * dot(last.y, last.y));
    q.forEach((value, i) => (q[i] = value * scale));
  }
  steps.forEach(({ s, y, rho }, i) => addTo(q, s, (alphas[i] as number) - rho * dot(y, q)));
  return q;
}

interface Line {
  readonly x: Float64Array;
  readonly at: ReturnType<Objective>;
  readonly direction: Float64Array;
}

function searchLine(
  objective: Objective,
  { x, at, direction }: Line,
): { x: Float64Array<ArrayBuffer>; at: ReturnType<Objective> } | null {
  const slope = dot(at.gradient, direction);
  if (!(slope < 0)) return null;
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let step = 1;
  for (let tries = 0; tries < 60; tries++) {
    const next = Float64Array.from(x, (value, i) => value + step * (direction[i] as number));
    const there = objective(next);
    if (!(there.value <= at.value + SUFFICIENT * step * slope)) high = step;
    else if (dot(there.gradient, direction) < CURVATURE * slope) low = step;
    else return { x: next, at: there };
    step = Number.isFinite(high) ? (low + high) / 2 : 2 * low;
  }
  return null;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

function addTo(target: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + factor * (values[i] as number);
}
