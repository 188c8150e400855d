/** A smooth convex function's behavior around one point. */
export interface LocalModel {
  value: number;
  gradient: Float64Array;
  /** The Hessian times a direction. */
  multiply(direction: Float64Array): Promise<Float64Array>;
  /** An approximate inverse Hessian times a vector; symmetric and positive definite. */
  precondition(vector: Float64Array): Float64Array;
  /** Improves the preconditioner, here and at later points; costs about `patience` products. Absent: none better. */
  refine?(): void;
  patience?: number;
  dispose(): void;
}

export interface Minimum {
  point: Float64Array;
  value: number;
  /** Approximate upper bound on how far `value` is above the minimum: half of the squared Newton decrement. */
  gap: number;
  iterations: number;
  /** Whether `gap` fell to the tolerance. */
  converged: boolean;
}

export interface MinimizeOptions {
  /** Largest gap at convergence, as a share of the value. */
  tolerance: number;
  maxIterations: number;
  signal?: AbortSignal | undefined;
}

/** Sufficient decrease (Armijo) and how much a step shrinks without it. */
const DECREASE = 1e-4;
const SHRINK = 0.5;
const SHORTEST_STEP = 1e-8;
/** A direction is good enough when the last iteration added less than this share of the mean iteration's decrease. */
const FORCING = 0.1;
const MAX_PRODUCTS = 500;

/**
 * The minimum of a smooth convex function by Newton's method, each direction by preconditioned conjugate gradients.
 *
 * Ends when half of the squared Newton decrement, which is how far the function is above its minimum, is small relative
 * to its value: a criterion that depends on neither the features' scale nor the penalty.
 *
 * Source: Nocedal and Wright, Numerical Optimization, algorithm 7.1; test of a direction: Nash and Sofer,
 * Assessing a search direction within a truncated-Newton method, 1990; the decrement: Boyd and Vandenberghe, Convex
 * Optimization, section 9.5.
 */
export async function minimize(
  at: (point: Float64Array) => Promise<LocalModel>,
  start: Float64Array,
  { tolerance, maxIterations, signal }: MinimizeOptions,
): Promise<Minimum> {
  let point = start;
  let model = await at(point);
  let gap = Number.POSITIVE_INFINITY;
  try {
    for (let iteration = 0; iteration < maxIterations; iteration++) {
      signal?.throwIfAborted();
      const direction = await newtonDirection(model);
      const slope = dot(direction, model.gradient);
      gap = -slope / 2;
      const reached = { point, value: model.value, gap, iterations: iteration };
      if (gap <= tolerance * Math.abs(model.value)) return { ...reached, converged: true };
      let length = 1;
      let next = added(point, direction, length);
      let there = await at(next);
      while (!(there.value <= model.value + DECREASE * length * slope)) {
        there.dispose();
        length *= SHRINK;
        // Float64 cannot resolve a better point along a descent direction.
        if (length < SHORTEST_STEP) return { ...reached, converged: false };
        next = added(point, direction, length);
        there = await at(next);
      }
      model.dispose();
      model = there;
      point = next;
    }
    return { point, value: model.value, gap, iterations: maxIterations, converged: false };
  } finally {
    model.dispose();
  }
}

/**
 * The minimum of the function's quadratic model, by conjugate gradients from 0. Once as many products have been spent
 * as a better preconditioner costs, it is made, and conjugate gradients restart from the current point.
 */
async function newtonDirection({
  gradient,
  multiply,
  precondition,
  refine,
  patience,
}: LocalModel): Promise<Float64Array> {
  const direction: Float64Array = new Float64Array(gradient.length);
  const residual = gradient.map((value) => -value);
  let conditioned: Float64Array = precondition(residual);
  let search: Float64Array = conditioned.slice();
  let energy = dot(residual, conditioned);
  let decrease = 0;
  for (let product = 1; product <= MAX_PRODUCTS && energy > 0; product++) {
    const curved = await multiply(search);
    const curvature = dot(search, curved);
    // Only rounding can cause this, as the function is convex; the direction found so far still descends.
    if (!(curvature > 0)) break;
    const length = energy / curvature;
    add(direction, search, length);
    add(residual, curved, -length);
    const gained = (length * energy) / 2;
    decrease += gained;
    if (product * gained <= FORCING * decrease) break;
    const isRefined = product === patience;
    if (isRefined) refine?.();
    conditioned = precondition(residual);
    const next = dot(residual, conditioned);
    search = added(conditioned, search, isRefined ? 0 : next / energy);
    energy = next;
  }
  return direction;
}

function added(a: Float64Array, b: Float64Array, times: number): Float64Array {
  const sum = a.slice();
  add(sum, b, times);
  return sum;
}

// In-place loops: `map` calls a function per entry, and a new array per sum is garbage to collect.

function add(to: Float64Array, what: Float64Array, times: number): void {
  for (let index = 0; index < to.length; index++) to[index] = (to[index] as number) + times * (what[index] as number);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number);
  return sum;
}
