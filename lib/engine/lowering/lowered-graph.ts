import { EngineError } from "../../errors";
import type { GraphBuilder, GraphObserver } from "../graph/graph-builder";
import type { OpAttribute } from "../native/attributes";
import { callSite } from "../native/call-site";
import { dtypeName, TF } from "../native/dtype";
import type { HostValues } from "../native/host-tensor";
import type { GraphOutput, Pointer } from "../native/pointer";
import { LOWERINGS } from ".";
import { Module, type Value } from "./module";
import { attributeOf, NotLowered } from "./op";

/** A result that becomes a variable's value: the variable's index among the parameters. */
export interface Donation {
  parameter: number;
  result: number;
}

const keyOf = ({ oper, index }: GraphOutput): string => `${oper}:${index}`;

/** A captured graph in StableHLO, written as ops are added, so that failures are reported with the user's line. */
export class LoweredGraph implements GraphObserver {
  private readonly module = new Module();
  private readonly values = new Map<string, Value>();
  private readonly constants = new Map<string, { shape: readonly number[]; dtype: number; values: HostValues }>();

  /** @throws {EngineError} naming the op and the user's line, when the op cannot be lowered */
  added(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly GraphOutput[],
    oper: Pointer,
    builder: GraphBuilder,
  ): void {
    const shapeOf = (index: number) => builder.shapeOf({ oper, index }, name);
    const dtype = builder.dtypeOf({ oper, index: 0 });
    if (name === "Placeholder") {
      this.values.set(keyOf({ oper, index: 0 }), this.module.parameter(shapeOf(0), dtype));
      return;
    }
    try {
      const lowering = LOWERINGS.get(name);
      if (lowering === undefined) throw new NotLowered("there is no StableHLO for it");
      const odd = [dtype, ...inputs.map((input) => builder.dtypeOf(input))].find((type) => UNKNOWN.has(type));
      if (odd !== undefined) throw new NotLowered(`it computes with ${dtypeName(odd)}`);
      const made = lowering({
        name,
        module: this.module,
        inputs: inputs.map((input) => this.valueOf(input)),
        attribute: (attribute, fallback) => attributeOf(attributes, attribute, fallback),
        constant: (input) => this.constantOf(inputs[input] as GraphOutput, input),
        shape: shapeOf(0),
        dtype,
        shapeOf,
      });
      for (const [index, value] of [made].flat().entries()) this.values.set(keyOf({ oper, index }), value as Value);
    } catch (error) {
      if (!(error instanceof NotLowered)) throw error;
      throw new EngineError(
        `${name}${callSite()} cannot be compiled by PJRT: ${error.message}. Compile this function with ` +
          `{ backend: "tensorflow" }, or compute it outside.`,
      );
    }
  }

  constant(output: GraphOutput, shape: readonly number[], dtype: number, values: HostValues): void {
    this.constants.set(keyOf(output), { shape, dtype, values });
  }

  /** The program as text, with parameters and results in this order. */
  text(parameters: readonly GraphOutput[], results: readonly GraphOutput[], donations: readonly Donation[]): string {
    const becomes = new Map(donations.map(({ parameter, result }) => [parameter, result]));
    return this.module.finish(
      parameters.map((output, at) => ({ value: this.valueOf(output), becomes: becomes.get(at) ?? null })),
      results.map((output) => this.valueOf(output)),
    );
  }

  private valueOf(output: GraphOutput): Value {
    const known = this.values.get(keyOf(output));
    if (known !== undefined) return known;
    const constant = this.constants.get(keyOf(output));
    if (constant === undefined) throw new NotLowered("one of its inputs was not lowered");
    return this.module.constant(constant.shape, constant.dtype, constant.values as number[]);
  }

  private constantOf(output: GraphOutput, input: number): number[] {
    const known = this.constants.get(keyOf(output));
    if (known === undefined) throw new NotLowered(`its input ${input} is computed, and must be known beforehand`);
    return Array.from(known.values as number[], Number);
  }
}

const UNKNOWN: ReadonlySet<number> = new Set([TF.string, TF.resource, TF.float64]);
