/** A point's value and slope. */
export interface Evaluation {
  value: number;
  gradient: Float32Array;
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
  const steps: { moved: Float32Array; turned: Float32Array; scale: number }[] = [];
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (largest(current.gradient) <= tolerance)
      return { point, value: current.value, iterations: iteration, converged: true };
    const direction = descent(current.gradient, steps);
    const slope = dot(direction, current.gradient);
    let length = steps.length === 0 ? 1 / Math.max(1, Math.sqrt(dot(current.gradient, current.gradient))) : 1;
    let next = added(point, direction, length);
    let there = await evaluate(next);
    while (there.value > current.value + DECREASE * length * slope && length > SHORTEST_STEP) {
      length *= SHRINK;
      next = added(point, direction, length);
      there = await evaluate(next);
    }
    if (!(there.value < current.value)) return { point, value: current.value, iterations: iteration, converged: true };
    const moved = added(next, point, -1);
    const turned = added(there.gradient, current.gradient, -1);
    const curvature = dot(moved, turned);
    if (curvature > 0) steps.push({ moved, turned, scale: 1 / curvature });
    if (steps.length > MEMORY) steps.shift();
    point = next;
    current = there;
  }
  return { point, value: current.value, iterations: maxIterations, converged: false };
}

function descent(
  gradient: Float32Array,
  steps: readonly { moved: Float32Array; turned: Float32Array; scale: number }[],
): Float32Array {
  let direction: Float32Array = gradient.map((value) => -value);
  const shares: number[] = [];
  for (const { moved, turned, scale } of [...steps].reverse()) {
    const share = scale * dot(moved, direction);
    shares.push(share);
    direction = added(direction, turned, -share);
  }
  const last = steps.at(-1);
  if (last) {
    const scale = 1 / (last.scale * dot(last.turned, last.turned));
    direction = direction.map((value) => value * scale);
  }
  for (const { moved, turned, scale } of steps) {
    const share = shares.pop() as number;
    direction = added(direction, moved, share - scale * dot(turned, direction));
  }
  return direction;
}

function added(a: Float32Array, b: Float32Array, times: number): Float32Array {
  return a.map((value, index) => value + times * (b[index] as number));
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number);
  return sum;
}

function largest(values: Float32Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
