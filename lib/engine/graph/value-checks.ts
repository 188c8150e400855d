import { EngineError } from "../../errors";
import { ATTRIBUTE } from "../native/attributes";
import { callSite } from "../native/call-site";
import { TF } from "../native/dtype";
import type { GraphOutput } from "../native/pointer";
import type { GraphBuilder } from "./graph-builder";

/** A condition on the values at every call: a bool scalar that is true when it is violated, and the message. */
interface ValueCheck {
  broken: GraphOutput;
  /** Null if no error is thrown, but variables stay unchanged. */
  message: string | null;
}

const type = (name: string, value: number) => ({ name, type: ATTRIBUTE.type, value });

/** What a compiled function checks at every call because its compiler would not; the outcome is a vector of bool. */
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

  /** Checks indices, since an XLA program silently clamps an index that is out of range. */
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

  /** Adds the function's own condition, a bool scalar; where it fails, assigned variables keep their old values. */
  holds(condition: GraphOutput): void {
    this.checks.push({ broken: this.builder.addOp("LogicalNot", [], [condition]), message: null });
  }

  /** `next` if all checks so far hold, else `before`, so that a failed call changes nothing. */
  guard(next: GraphOutput, before: GraphOutput): GraphOutput {
    return this.count === 0 ? next : this.builder.addOp("SelectV2", [], [this.anyBroken(), before, next]);
  }

  /** A bool vector, one entry for each of `messages`; null when there are none. */
  output(): GraphOutput | null {
    const told = this.checks.filter(({ message }) => message !== null);
    return told.length === 0 ? null : this.pack(told);
  }

  messages(): string[] {
    return this.checks.flatMap(({ message }) => message ?? []);
  }

  /** One scalar for all checks so far. */
  private anyBroken(): GraphOutput {
    if (this.known?.count !== this.count) {
      // With two or more flags kept together by the barrier, XLA computes their disjunction once. It would recompute a
      // single flag, or several separate ones, in each of hundreds of assignments.
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
