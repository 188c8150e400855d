import { EngineError } from "../../errors";
import { dtypeName, TF } from "../native/dtype";
import type { HostValues } from "../native/host-tensor";

/** A value of a StableHLO function. */
export interface Value {
  name: string;
  shape: readonly number[];
  dtype: number;
}

/** A parameter and, where its memory is donated to a result, that result's index. */
export interface Parameter {
  value: Value;
  becomes: number | null;
}

const TYPES: Record<number, string> = {
  [TF.float32]: "f32",
  [TF.bfloat16]: "bf16",
  [TF.float16]: "f16",
  [TF.int32]: "i32",
  [TF.int64]: "i64",
  [TF.uint8]: "ui8",
  [TF.bool]: "i1",
  [TF.complex64]: "complex<f32>",
};

/** The type as text: `tensor<2x3xf32>`. @throws {EngineError} for a dtype that no accelerator has */
export function typeOf({ shape, dtype }: Pick<Value, "shape" | "dtype">): string {
  const element = TYPES[dtype];
  if (element === undefined) throw new EngineError(`Tensors of ${dtypeName(dtype)} cannot be computed by PJRT.`);
  return `tensor<${[...shape, element].join("x")}>`;
}

/** A StableHLO module of one function, written line by line (openxla/stablehlo, docs/spec.md). */
export class Module {
  /** By the name of its value, which lines are in the order of. */
  private readonly lines = new Map<string, string>();
  private readonly known = new Map<string, Value>();
  private count = 0;

  parameter(shape: readonly number[], dtype: number): Value {
    return { name: `%p${this.count++}`, shape, dtype };
  }

  /** The value of an added line `%n = <text> : <types>`; `text` is the op with its operands. */
  emit(text: string, shape: readonly number[], dtype: number, operands: readonly Value[]): Value {
    const value = { name: `%${this.count++}`, shape, dtype };
    this.lines.set(value.name, `${value.name} = ${text} : (${operands.map(typeOf).join(", ")}) -> ${typeOf(value)}`);
    return value;
  }

  /** The results of an op with several; the line receives the name they share. */
  emitSeveral(line: (name: string) => string, results: readonly Omit<Value, "name">[]): Value[] {
    const name = `%${this.count++}`;
    this.lines.set(name, line(`${name}:${results.length}`));
    return results.map((result, index) => ({ ...result, name: `${name}#${index}` }));
  }

  /** The value of an op whose operands and result share one type, which is written once. */
  emitSame(text: string, like: Pick<Value, "shape" | "dtype">): Value {
    const value = { name: `%${this.count++}`, shape: like.shape, dtype: like.dtype };
    this.lines.set(value.name, `${value.name} = ${text} : ${typeOf(value)}`);
    return value;
  }

  /** The value of a line that does not have the usual form, and that is given its own name. */
  emitRaw(line: (name: string) => string, shape: readonly number[], dtype: number): Value {
    const value = { name: `%${this.count++}`, shape, dtype };
    this.lines.set(value.name, line(value.name));
    return value;
  }

  scalar(value: number, dtype: number): Value {
    return this.constant([], dtype, [value]);
  }

  /** A constant, written only once per module. */
  constant(shape: readonly number[], dtype: number, values: HostValues | readonly (number | boolean)[]): Value {
    const text = `stablehlo.constant dense<${literal(dtype, Array.from(values as ArrayLike<number>, Number))}> : ${typeOf({ shape, dtype })}`;
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const value = { name: `%${this.count++}`, shape, dtype };
    this.lines.set(value.name, `${value.name} = ${text}`);
    this.known.set(text, value);
    return value;
  }

  /** The module as text, without what no result needs. */
  finish(parameters: readonly Parameter[], results: readonly Value[]): string {
    const taken = parameters.map(({ value, becomes }) => {
      const alias = becomes === null ? "" : ` {tf.aliasing_output = ${becomes} : i32}`;
      return `${value.name}: ${typeOf(value)}${alias}`;
    });
    const types = results.map(typeOf).join(", ");
    return [
      "module @njepa {",
      `func.func public @main(${taken.join(", ")}) -> (${types}) {`,
      ...this.needed(results),
      `return ${results.map(({ name }) => name).join(", ")} : ${types}`,
      "} }",
    ].join("\n");
  }

  private needed(results: readonly Value[]): string[] {
    const names = new Set(results.map(({ name }) => name.replace(/#.*/, "")));
    const kept: string[] = [];
    for (const [name, line] of [...this.lines].reverse()) {
      if (!names.has(name)) continue;
      for (const [used] of line.matchAll(/%\w+/g)) names.add(used);
      kept.push(line);
    }
    return kept.reverse();
  }
}

/** The elements of a dense constant as text: a single one if all are equal, else the bytes of all in order. */
function literal(dtype: number, values: readonly number[]): string {
  if (dtype === TF.complex64) return complexes(values);
  const [first] = values;
  if (first === undefined) return "";
  if (values.every((value) => Object.is(value, first))) return element(dtype, first);
  if (dtype === TF.bool) return `[${values.map((value) => value !== 0).join(", ")}]`;
  return `"0x${Buffer.from(bytesOf(dtype, values)).toString("hex").toUpperCase()}"`;
}

/** Complex elements as text, from alternating real and imaginary parts; a single real number stands for all. */
function complexes(parts: readonly number[]): string {
  const [first, ...rest] = parts;
  if (first === undefined) return "";
  if (rest.length === 0) return `(${first.toExponential(9)}, ${(0).toExponential(9)})`;
  return `"0x${Buffer.from(bytesOf(TF.float32, parts)).toString("hex").toUpperCase()}"`;
}

function element(dtype: number, value: number): string {
  if (dtype === TF.bool) return String(value !== 0);
  if (dtype === TF.float32 || dtype === TF.bfloat16) {
    const [bits] = new Uint32Array(Float32Array.of(value).buffer) as unknown as [number];
    const hex = bits.toString(16).padStart(8, "0").toUpperCase();
    return `0x${dtype === TF.float32 ? hex : hex.slice(0, 4)}`;
  }
  return String(value);
}

function bytesOf(dtype: number, values: readonly number[]): ArrayBuffer {
  switch (dtype) {
    case TF.float32:
      return Float32Array.from(values).buffer;
    case TF.int32:
      return Int32Array.from(values).buffer;
    case TF.int64:
      return BigInt64Array.from(values, BigInt).buffer;
    case TF.uint8:
      return Uint8Array.from(values).buffer;
    default:
      throw new EngineError(`Constants of ${dtypeName(dtype)} cannot be written for PJRT.`);
  }
}
