import { TF } from "../native/dtype";
import type { Module, Value } from "./module";
import {
  type Binary,
  binary,
  broadcast,
  compare,
  convert,
  type Direction,
  fill,
  isFloat,
  type LoweredOp,
  type Lowering,
  select,
  unary,
} from "./op";

/** Elementwise ops. */

/** Two values broadcast to their common shape. */
function pair({ module, inputs, shape }: LoweredOp): [Value, Value] {
  return [broadcast(module, inputs[0] as Value, shape), broadcast(module, inputs[1] as Value, shape)];
}

const of2 =
  (op: Binary): Lowering =>
  (lowered) =>
    binary(lowered.module, op, ...pair(lowered));

const of1 =
  (op: string): Lowering =>
  ({ module, inputs }) =>
    unary(module, op, inputs[0] as Value);

/** A function of one value, written in terms of other ops. */
const by =
  (write: (module: Module, x: Value, op: LoweredOp) => Value): Lowering =>
  (op) =>
    write(op.module, op.inputs[0] as Value, op);

const comparing =
  (direction: Direction): Lowering =>
  (lowered) =>
    compare(lowered.module, direction, ...pair(lowered));

const shifting =
  (op: string): Lowering =>
  (lowered) => {
    const [left, right] = pair(lowered);
    return lowered.module.emitSame(`stablehlo.${op} ${left.name}, ${right.name}`, left);
  };

const chloUnary = (op: string) => by((module, x) => module.emit(`"chlo.${op}"(${x.name})`, x.shape, x.dtype, [x]));

function floorDivided(module: Module, left: Value, right: Value): Value {
  if (isFloat(left)) return unary(module, "floor", binary(module, "divide", left, right));
  // Integer division truncates towards zero: subtract one where there is a remainder and the signs differ.
  const quotient = binary(module, "divide", left, right);
  const rest = compare(module, "NE", binary(module, "multiply", quotient, right), left);
  const zero = fill(module, 0, left);
  const signs = compare(module, "NE", compare(module, "LT", left, zero), compare(module, "LT", right, zero));
  const less = binary(module, "subtract", quotient, fill(module, 1, left));
  return select(module, binary(module, "and", rest, signs), less, quotient);
}

function floorRest(module: Module, left: Value, right: Value): Value {
  const rest = binary(module, "remainder", left, right);
  const zero = fill(module, 0, left);
  const signs = compare(module, "NE", compare(module, "LT", rest, zero), compare(module, "LT", right, zero));
  const off = binary(module, "and", compare(module, "NE", rest, zero), signs);
  return select(module, off, binary(module, "add", rest, right), rest);
}

const times = (module: Module, x: Value, factor: number) => binary(module, "multiply", x, fill(module, factor, x));
const plus = (module: Module, x: Value, term: number) => binary(module, "add", x, fill(module, term, x));
const isAbove = (module: Module, x: Value, bound: number) => compare(module, "GT", x, fill(module, bound, x));

/** log(1 + exp(x)), without overflow. */
function softplus(module: Module, x: Value): Value {
  const zero = fill(module, 0, x);
  const small = unary(
    module,
    "log_plus_one",
    unary(module, "exponential", unary(module, "negate", unary(module, "abs", x))),
  );
  return binary(module, "add", binary(module, "maximum", x, zero), small);
}

const SELU = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };

/** x where it is positive, else alpha · (exp(x) − 1). */
function elu(module: Module, x: Value, alpha: number): Value {
  const below = times(module, unary(module, "exponential_minus_one", x), alpha);
  return select(module, isAbove(module, x, 0), x, below);
}

export const elementwise: Record<string, Lowering> = {
  Add: of2("add"),
  AddV2: of2("add"),
  Sub: of2("subtract"),
  Mul: of2("multiply"),
  RealDiv: of2("divide"),
  Div: of2("divide"),
  DivNoNan: (op) => {
    const [left, right] = pair(op);
    const zero = fill(op.module, 0, right);
    const isZero = compare(op.module, "EQ", right, zero);
    return select(op.module, isZero, zero, binary(op.module, "divide", left, right));
  },
  Maximum: of2("maximum"),
  Minimum: of2("minimum"),
  Pow: of2("power"),
  Atan2: shifting("atan2"),
  FloorDiv: (op) => floorDivided(op.module, ...pair(op)),
  FloorMod: (op) => floorRest(op.module, ...pair(op)),
  Mod: (op) => floorRest(op.module, ...pair(op)),
  SquaredDifference: (op) => {
    const difference = binary(op.module, "subtract", ...pair(op));
    return binary(op.module, "multiply", difference, difference);
  },
  BitwiseAnd: of2("and"),
  BitwiseOr: of2("or"),
  BitwiseXor: of2("xor"),
  LogicalAnd: of2("and"),
  LogicalOr: of2("or"),
  LogicalNot: of1("not"),
  LeftShift: shifting("shift_left"),
  RightShift: shifting("shift_right_arithmetic"),
  Equal: comparing("EQ"),
  NotEqual: comparing("NE"),
  Less: comparing("LT"),
  LessEqual: comparing("LE"),
  Greater: comparing("GT"),
  GreaterEqual: comparing("GE"),
  Abs: of1("abs"),
  Neg: of1("negate"),
  Exp: of1("exponential"),
  Expm1: of1("exponential_minus_one"),
  Log: of1("log"),
  Log1p: of1("log_plus_one"),
  Sqrt: of1("sqrt"),
  Rsqrt: of1("rsqrt"),
  Sin: of1("sine"),
  Cos: of1("cosine"),
  Tan: of1("tan"),
  Tanh: of1("tanh"),
  Sigmoid: of1("logistic"),
  Floor: of1("floor"),
  Ceil: of1("ceil"),
  Round: of1("round_nearest_even"),
  Sign: of1("sign"),
  Erf: chloUnary("erf"),
  Asin: chloUnary("asin"),
  Acos: chloUnary("acos"),
  Atan: chloUnary("atan"),
  Sinh: chloUnary("sinh"),
  Cosh: chloUnary("cosh"),
  Asinh: chloUnary("asinh"),
  Acosh: chloUnary("acosh"),
  Atanh: chloUnary("atanh"),
  Square: by((module, x) => binary(module, "multiply", x, x)),
  Reciprocal: by((module, x) => binary(module, "divide", fill(module, 1, x), x)),
  Relu: by((module, x) => binary(module, "maximum", x, fill(module, 0, x))),
  Relu6: by((module, x) =>
    binary(module, "minimum", binary(module, "maximum", x, fill(module, 0, x)), fill(module, 6, x)),
  ),
  LeakyRelu: by((module, x, op) =>
    select(module, isAbove(module, x, 0), x, times(module, x, op.attribute("alpha", 0.2))),
  ),
  Elu: by((module, x) => elu(module, x, 1)),
  Selu: by((module, x) => times(module, elu(module, x, SELU.alpha), SELU.scale)),
  EluGrad: ({ module, inputs }) => {
    const [gradient, y] = inputs as [Value, Value];
    return select(module, isAbove(module, y, 0), gradient, binary(module, "multiply", gradient, plus(module, y, 1)));
  },
  Softplus: by(softplus),
  IsFinite: by((module, x) => module.emit(`"stablehlo.is_finite"(${x.name})`, x.shape, TF.bool, [x])),
  IsNan: by((module, x) => compare(module, "NE", x, x)),
  IsInf: by((module, x) => compare(module, "EQ", unary(module, "abs", x), fill(module, Number.POSITIVE_INFINITY, x))),
  Cast: by((module, x, op) => {
    const to = op.attribute("DstT", op.dtype);
    if (x.dtype === TF.complex64 && to !== TF.complex64)
      x = module.emit(`stablehlo.real ${x.name}`, x.shape, TF.float32, [x]);
    // Anything nonzero is true, including NaN.
    if (to === TF.bool && x.dtype !== TF.bool) return compare(module, "NE", x, fill(module, 0, x));
    return convert(module, x, to);
  }),
  AddN: ({ module, inputs }) => inputs.reduce((sum, x) => binary(module, "add", sum, x)),
  ClipByValue: ({ module, inputs, shape }) => {
    const [x, low, high] = inputs.map((value) => broadcast(module, value, shape)) as [Value, Value, Value];
    return binary(module, "minimum", binary(module, "maximum", x, low), high);
  },
  SelectV2: ({ module, inputs, shape }) => {
    const [condition, yes, no] = inputs.map((value) => broadcast(module, value, shape)) as [Value, Value, Value];
    return select(module, condition, yes, no);
  },
  Select: ({ module, inputs, shape }) => {
    const [given, yes, no] = inputs as [Value, Value, Value];
    // The older op takes a vector of conditions, one per row.
    const isRows = given.shape.length === 1 && shape.length > 1;
    const text = `stablehlo.broadcast_in_dim ${given.name}, dims = [0]`;
    const condition = isRows ? module.emit(text, shape, given.dtype, [given]) : broadcast(module, given, shape);
    return select(module, condition, yes, no);
  },
  Softmax: by((module, x) => {
    const { exponentials, sums } = softmax(module, x);
    return binary(module, "divide", exponentials, sums);
  }),
  LogSoftmax: by((module, x) => {
    const { shifted, sums } = softmax(module, x);
    return binary(module, "subtract", shifted, unary(module, "log", sums));
  }),
};

/** The parts of a softmax over the last axis, shifted by its maximum. */
function softmax(module: Module, x: Value): { shifted: Value; exponentials: Value; sums: Value } {
  const last = x.shape.length - 1;
  const overRows = (op: Binary, value: Value, from: number) => {
    const initial = module.scalar(from, value.dtype);
    const text = `stablehlo.reduce(${value.name} init: ${initial.name}) applies stablehlo.${op} across dimensions = [${last}]`;
    const reduced = module.emit(text, x.shape.slice(0, -1), value.dtype, [value, initial]);
    const dims = x.shape.slice(0, -1).map((_, axis) => axis);
    return module.emit(`stablehlo.broadcast_in_dim ${reduced.name}, dims = [${dims}]`, x.shape, value.dtype, [reduced]);
  };
  const shifted = binary(module, "subtract", x, overRows("maximum", x, Number.NEGATIVE_INFINITY));
  const exponentials = unary(module, "exponential", shifted);
  return { shifted, exponentials, sums: overRows("add", exponentials, 0) };
}
