import { EngineError } from "../errors";
import { ATTRIBUTE } from "./attributes";
import type { GraphOutput } from "./c-api";
import { callSite } from "./call-site";
import { TF } from "./dtype";
import type { GraphBuilder } from "./graph-builder";

/** Something that must hold of the values at every call: a bool scalar that is true where it does not, and what to say. */
interface ValueCheck {
  broken: GraphOutput;
  message: string;
}

const type = (name: string, value: number) => ({ name, type: ATTRIBUTE.type, value });

/** What a compiled function checks at every call, since its compiler would not: it answers with a vector of bool. */
export class ValueChecks {
  private readonly checks: ValueCheck[] = [];

  constructor(private readonly builder: GraphBuilder) {}

  get count(): number {
    return this.checks.length;
  }

  /** A program of XLA takes the nearest row for an index out of range, and says nothing. */
  indicesInRange(indices: GraphOutput, shape: readonly number[], size: number): void {
    const dtype = this.builder.dtypeOf(indices);
    const below = this.compare("Less", indices, this.builder.addScalar(0, dtype));
    const above = this.compare("GreaterEqual", indices, this.builder.addScalar(size, dtype));
    const message = `an index is not in [0, ${size - 1}]: GatherV2${callSite()} with indices of shape [${shape}]`;
    this.checks.push({ broken: this.any(this.builder.addOp("LogicalOr", [], [below, above]), shape.length), message });
  }

  finite(value: GraphOutput, shape: readonly number[], what: string): void {
    const fine = this.builder.addOp("IsFinite", [], [value]);
    const broken = this.any(this.builder.addOp("LogicalNot", [], [fine]), shape.length);
    this.checks.push({ broken, message: `${what} of shape [${shape}] holds a NaN or an infinity` });
  }

  /** `next` where all holds, else `before`: what a broken call must not have changed. */
  guard(next: GraphOutput, before: GraphOutput): GraphOutput {
    if (this.checks.length === 0) return next;
    return this.builder.addOp("SelectV2", [], [this.anyBroken(), before, next]);
  }

  /** [count] bool, one for each check. */
  output(): GraphOutput {
    const attributes = [{ name: "N", type: ATTRIBUTE.int, value: this.checks.length }, type("T", TF.bool)];
    return this.builder.addOp(
      "Pack",
      attributes,
      this.checks.map(({ broken }) => broken),
    );
  }

  messages(): string[] {
    return this.checks.map(({ message }) => message);
  }

  private one: GraphOutput | null = null;

  private anyBroken(): GraphOutput {
    this.one ??= this.any(this.output(), 1);
    return this.one;
  }

  private compare(op: string, left: GraphOutput, right: GraphOutput): GraphOutput {
    return this.builder.addOp(op, [], [left, right]);
  }

  private any(values: GraphOutput, rank: number): GraphOutput {
    return this.builder.addOp(
      "Any",
      [],
      [values, this.builder.addVector(Array.from({ length: rank }, (_, axis) => axis))],
    );
  }
}

/** @throws {EngineError} with the first message whose flag is set */
export function requireUnbroken(flags: Uint8Array, messages: readonly string[], label: string): void {
  const broken = flags.findIndex((flag) => flag !== 0);
  if (broken < 0) return;
  throw new EngineError(
    `The compiled function ${label} was called with values that it cannot take: ${messages[broken]}. Variables that it ` +
      `assigns are as they were before the call.`,
  );
}
