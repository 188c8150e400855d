import { EngineError } from "../../errors";
import { ATTRIBUTE } from "../native/attributes";
import { callSite } from "../native/call-site";
import { TF } from "../native/dtype";
import type { GraphOutput } from "../native/pointer";
import type { GraphBuilder } from "./graph-builder";

/** Something that must hold of the values at every call: a bool scalar that is true where it does not, and what to say. */
interface ValueCheck {
  broken: GraphOutput;
  /** null: nothing is said, but variables stay as they were. */
  message: string | null;
}

const type = (name: string, value: number) => ({ name, type: ATTRIBUTE.type, value });

/** What a compiled function checks at every call, since its compiler would not: it answers with a vector of bool. */
export class ValueChecks {
  private readonly checks: ValueCheck[] = [];

  /** @param barrier  see `CapturedGraph.barrier` */
  constructor(
    private readonly builder: GraphBuilder,
    private readonly barrier: (value: GraphOutput) => GraphOutput,
  ) {}

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

  /** A bool scalar of the function's own; where it does not hold, assigned variables keep what they had. */
  holds(condition: GraphOutput): void {
    this.checks.push({ broken: this.builder.addOp("LogicalNot", [], [condition]), message: null });
  }

  /** `next` where all that is known so far holds, else `before`: what a broken call must not have changed. */
  guard(next: GraphOutput, before: GraphOutput): GraphOutput {
    return this.count === 0 ? next : this.builder.addOp("SelectV2", [], [this.anyBroken(), before, next]);
  }

  /** A vector of bool, one for each of `messages`; null when there are none. */
  output(): GraphOutput | null {
    const told = this.checks.filter(({ message }) => message !== null);
    return told.length === 0 ? null : this.pack(told);
  }

  messages(): string[] {
    return this.checks.flatMap(({ message }) => message ?? []);
  }

  /** One scalar for all that is known so far. */
  private anyBroken(): GraphOutput {
    if (this.known?.count !== this.count) {
      // Two or more, kept together by the barrier: XLA computes their disjunction once. A single flag, or several taken
      // apart, it would compute anew in each of hundreds of assignments.
      const flags = this.barrier(this.pack(this.count > 1 ? this.checks : [...this.checks, ...this.checks]));
      this.known = { count: this.count, broken: this.any(flags, 1) };
    }
    return this.known.broken;
  }

  private known: { count: number; broken: GraphOutput } | null = null;

  private pack(checks: readonly ValueCheck[]): GraphOutput {
    const attributes = [{ name: "N", type: ATTRIBUTE.int, value: checks.length }, type("T", TF.bool)];
    return this.builder.addOp(
      "Pack",
      attributes,
      checks.map(({ broken }) => broken),
    );
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
