/** A point's value and slope. */
export interface Evaluation {
  value: number;
  gradient: Float32Array;
  /** The gradient times a guess at the inverse of the curvature, the same for all points; left out: no guess. */
  preconditioned?: Float32Array;
}

export interface Minimum {
  point: Float32Array;
  value: number;
  iterations: number;
  /** False when the iterations were used up before the slope was small. */
  converged: boolean;
}

const MEMORY = 10;
/** Sufficient decrease (Armijo) and how much a step shrinks when it does not have it. */
const DECREASE = 1e-4;
const SHRINK = 0.5;
const SHORTEST_STEP = 1e-6;

/**
 * The minimum of a smooth convex function, by L-BFGS with a backtracking line search.
 *
 * Ends when no entry of the gradient exceeds `tolerance`, or when float32 values no longer tell a better point.
 *
 * Source: Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 7.5.
 */
export async function minimize(
  evaluate: (point: Float32Array) => Promise<Evaluation>,
  start: Float32Array,
  { tolerance, maxIterations }: { tolerance: number; maxIterations: number },
): Promise<Minimum> {
  let point = start;
  let current = await evaluate(point);
  const steps: Step[] = [];
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (largest(current.gradient) <= tolerance)
      return { point, value: current.value, iterations: iteration, converged: true };
    const direction = descent(current, steps);
    const slope = dot(direction, current.gradient);
    const isBlind = steps.length === 0 && !current.preconditioned;
    let length = isBlind ? 1 / Math.max(1, Math.sqrt(dot(current.gradient, current.gradient))) : 1;
    let next = added(point, direction, length);
    let there = await evaluate(next);
    while (there.value > current.value + DECREASE * length * slope && length > SHORTEST_STEP) {
      length *= SHRINK;
      next = added(point, direction, length);
      there = await evaluate(next);
    }
    if (!(there.value < current.value)) return { point, value: current.value, iterations: iteration, converged: true };
    const step = stepBetween(added(next, point, -1), current, there);
    if (step.scale > 0) steps.push(step);
    if (steps.length > MEMORY) steps.shift();
    point = next;
    current = there;
  }
  return { point, value: current.value, iterations: maxIterations, converged: false };
}

interface Step {
  moved: Float32Array;
  /** How the gradient changed, and the same times the guess at the inverse of the curvature. */
  turned: Float32Array;
  preconditioned: Float32Array;
  /** One over the curvature along the step. */
  scale: number;
}

function stepBetween(moved: Float32Array, from: Evaluation, to: Evaluation): Step {
  const turned = added(to.gradient, from.gradient, -1);
  const scale = 1 / dot(moved, turned);
  if (from.preconditioned && to.preconditioned)
    return { moved, turned, preconditioned: added(to.preconditioned, from.preconditioned, -1), scale };
  return { moved, turned, preconditioned: turned, scale };
}

/**
 * The two loops of algorithm 7.4. The guess is linear, so that what it makes of the first loop's result is a sum of what
 * it made of gradients, and it is never called here.
 */
function descent({ gradient, preconditioned }: Evaluation, steps: readonly Step[]): Float32Array {
  const rest = scaled(gradient, -1);
  let direction = scaled(preconditioned ?? gradient, -1);
  const shares: number[] = [];
  for (const { moved, turned, preconditioned, scale } of [...steps].reverse()) {
    const share = scale * dot(moved, rest);
    shares.push(share);
    add(rest, turned, -share);
    add(direction, preconditioned, -share);
  }
  const last = steps.at(-1);
  if (last && !preconditioned) direction = scaled(direction, 1 / (last.scale * dot(last.turned, last.turned)));
  for (const { moved, turned, scale } of steps) {
    const share = shares.pop() as number;
    add(direction, moved, share - scale * dot(turned, direction));
  }
  return direction;
}

function added(a: Float32Array, b: Float32Array, times: number): Float32Array {
  const sum = a.slice();
  add(sum, b, times);
  return sum;
}

// Loops in place: `map` calls a function for each entry, and a new array for each sum is garbage to collect.

function add(to: Float32Array, what: Float32Array, times: number): void {
  for (let index = 0; index < to.length; index++) to[index] = (to[index] as number) + times * (what[index] as number);
}

function scaled(values: Float32Array, times: number): Float32Array {
  const result = values.slice();
  for (let index = 0; index < result.length; index++) result[index] = times * (result[index] as number);
  return result;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number);
  return sum;
}

function largest(values: Float32Array): number {
  let most = 0;
  for (let index = 0; index < values.length; index++) most = Math.max(most, Math.abs(values[index] as number));
  return most;
}
