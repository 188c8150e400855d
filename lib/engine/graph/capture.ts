import { EngineError } from "../../errors";
import { sizeFromShape } from "../../shape";
import type { OpAttribute } from "../native/attributes";
import type { CApi } from "../native/c-api";
import { callSite } from "../native/call-site";
import { TF } from "../native/dtype";
import type { OpDefinitions } from "../native/op-definition";
import type { OpSink, TensorMetadata, TensorStore } from "../native/op-sink";
import type { GraphOutput, Pointer } from "../native/pointer";
import type { CaptureOptions } from "./capture-options";
import { GraphBuilder } from "./graph-builder";
import { handNaNOn, passOverNaN } from "./not-a-number";
import { ReducedPrecision } from "./reduced-precision";
import { refuseVariable } from "./refuse-variable";
import { addRowSum, isRowSum } from "./row-sum";
import { ValueChecks } from "./value-checks";

/** Outside tensors of up to this many elements become constants, which XLA needs for axes, shapes and permutations. */
const LARGEST_CONSTANT = 4096;

const ARGUMENT = "an argument";

/** A graph under construction: ops are added instead of being run, and together they become one function. */
export class CapturedGraph implements OpSink {
  readonly inputs: GraphOutput[] = [];
  /** Eager tensors the function closes over; they are passed at every call, and held until it is disposed. */
  readonly closedOver: number[] = [];
  readonly builder: GraphBuilder;
  readonly checks: ValueChecks;
  /** What is computed in bfloat16; null in a program of float32. */
  readonly reduced: ReducedPrecision | null;
  private readonly outputs = new Map<number, { output: GraphOutput; op: string }>();
  private readonly constants = new Map<number, GraphOutput>();
  readonly closedOverInputs: GraphOutput[] = [];
  private nextId = -1;

  constructor(
    api: CApi,
    definitions: OpDefinitions,
    private readonly eager: TensorStore,
    private readonly options: CaptureOptions,
  ) {
    this.builder = new GraphBuilder(api, definitions, options.observer);
    this.checks = new ValueChecks(this.builder, (value) => this.barrier(value));
    const { compiler, precision } = options;
    const keeps = this.holdsValues;
    this.reduced = precision === "bfloat16" ? new ReducedPrecision(this.builder, compiler, keeps) : null;
  }

  get compiler(): CaptureOptions["compiler"] {
    return this.options.compiler;
  }

  get device(): CaptureOptions["device"] {
    return this.options.device;
  }

  owns(id: number): boolean {
    return id < 0;
  }

  forget(id: number): void {
    this.outputs.delete(id);
  }

  dtypeOf(id: number): number {
    return this.owns(id) ? this.builder.dtypeOf(this.output(id)) : this.eager.dtypeOf(id);
  }

  placeholder(shape: readonly number[], dtype: number): TensorMetadata {
    const output = this.builder.addPlaceholder(shape, dtype);
    this.inputs.push(output);
    if (this.options.checkFinite && dtype === TF.float32)
      this.checks.finite(output, shape, `argument ${this.inputs.length}`);
    return this.register(output, ARGUMENT);
  }

  /** An input for a variable: its resource, or its value where variables are inputs and outputs of a program. */
  variableInput(shape: readonly number[], dtype: number): GraphOutput {
    const output = this.holdsValues
      ? this.builder.addPlaceholder(shape, dtype)
      : this.builder.addPlaceholder([], TF.resource);
    this.inputs.push(output);
    return output;
  }

  /** Whether variables are passed as values rather than resources. */
  get holdsValues(): boolean {
    return this.options.observer !== null;
  }

  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputIds: readonly number[],
    outputs: number,
  ): TensorMetadata[] {
    const given = inputIds.map((id) => this.output(id));
    if (this.changesNothing(name, attributes, given)) return [this.register(given[0] as GraphOutput, name)];
    const inputs = this.compiler === "xla" ? passOverNaN(this.builder, name, given) : given;
    if (name === "GatherV2") this.checkIndices(inputIds, inputs);
    const first =
      this.addRowSum(name, attributes, inputIds, inputs) ??
      this.reduced?.add(name, attributes, inputs) ??
      this.addOp(name, attributes, inputs);
    return Array.from({ length: outputs }, (_, index) => this.register({ oper: first.oper, index }, name));
  }

  /** An op of a TensorFlow graph; PJRT's programs keep NaN by a flag of their own. */
  private addOp(name: string, attributes: readonly OpAttribute[], inputs: readonly GraphOutput[]): GraphOutput {
    const result = this.builder.addOp(name, attributes, inputs);
    if (this.compiler !== "xla" || this.holdsValues) return result;
    return handNaNOn(this.builder, name, attributes, inputs, result);
  }

  /**
   * The same value, which XLA computes once, before anything that reads it. Recomputing a variable's new value from the
   * old one would keep the old one alive and force a copy. Has no effect outside XLA.
   */
  barrier(value: GraphOutput): GraphOutput {
    return this.compiler === "xla" ? this.builder.addOp("XlaOptimizationBarrier", [], [value]) : value;
  }

  /** Turns the graph into a function named `name` in the context. */
  toFunction(context: Pointer, name: string, outputs: readonly GraphOutput[], effects: readonly Pointer[]): void {
    this.builder.toFunction(context, name, [...this.inputs, ...this.closedOverInputs], outputs, effects);
  }

  /** Releases the graph. Tensors held by `closedOver` stay: they belong to the function. */
  close(): void {
    this.builder.close();
  }

  /** A tensor as seen in the graph: its own output, or a constant or captured input if it existed before. */
  output(id: number): GraphOutput {
    if (this.owns(id)) {
      const known = this.outputs.get(id);
      if (known !== undefined) return known.output;
      throw new EngineError(
        `A tensor made while another function was captured was used${callSite()}; pass it as an argument.`,
      );
    }
    const known = this.constants.get(id);
    if (known !== undefined) return known;
    const output = this.takeIn(id);
    this.constants.set(id, output);
    return output;
  }

  /** A tensor number for a graph output, whose shape must be known: TensorFlow.js makes decisions based on shapes. */
  register(output: GraphOutput, op: string): TensorMetadata {
    const shape = this.builder.shapeOf(output, op);
    const id = this.nextId--;
    this.outputs.set(id, { output, op });
    return { id, shape, dtype: this.builder.dtypeOf(output) };
  }

  /** The error for reading the value of a captured tensor. */
  refuseToRead(id: number): EngineError {
    const op = this.outputs.get(id)?.op;
    return new EngineError(
      `The value of ${op === ARGUMENT || op === undefined ? ARGUMENT : `what ${op} gave`} was read${callSite()} (data, dataSync, arraySync, print, or a branch on a tensor) ` +
        `while a function was captured for compile(); inside a compiled function there are no values yet. Return the ` +
        `tensor and read it outside.`,
    );
  }

  /** Adds index checks, except for constants, which TensorFlow.js's own checks and the eager op have already seen. */
  private checkIndices(ids: readonly number[], inputs: readonly GraphOutput[]): void {
    const [params, indices, axisId] = [inputs[0] as GraphOutput, inputs[1] as GraphOutput, ids[2] as number];
    if (this.options.compiler !== "xla" || !this.owns(ids[1] as number) || this.owns(axisId)) return;
    const shape = this.builder.shapeOf(params, "GatherV2");
    const axis = Number((this.eager.read(axisId) as Int32Array)[0]);
    const size = shape[axis < 0 ? axis + shape.length : axis] as number;
    this.checks.indicesInRange(indices, this.builder.shapeOf(indices, "GatherV2"), size);
  }

  /** A sum or mean over rows in the form XLA runs fast on a CPU; null for any other op or kind of program. */
  private addRowSum(
    name: string,
    attributes: readonly OpAttribute[],
    ids: readonly number[],
    inputs: readonly GraphOutput[],
  ): GraphOutput | null {
    const { compiler, device } = this.options;
    const [x, axisId] = [inputs[0] as GraphOutput, ids[1]];
    if ((name !== "Sum" && name !== "Mean") || compiler !== "xla" || device !== "cpu") return null;
    if (axisId === undefined || this.owns(axisId)) return null;
    const axes = Array.from(this.eager.read(axisId) as Int32Array);
    const shape = this.builder.shapeOf(x, name);
    if (!isRowSum(name, this.builder.dtypeOf(x), shape, axes)) return null;
    const keepDims = attributes.find((attribute) => attribute.name === "keep_dims")?.value === true;
    return addRowSum(this.builder, name, x, shape, keepDims);
  }

  private takeIn(id: number): GraphOutput {
    const { eager } = this;
    const variable = this.options.variableOf(id);
    if (variable !== null) throw refuseVariable(`"${variable}" was used`);
    const { id: copy, shape, dtype } = eager.share(id);
    if (sizeFromShape(shape) > LARGEST_CONSTANT) {
      const output = this.builder.addPlaceholder(shape, dtype);
      this.closedOverInputs.push(output);
      this.closedOver.push(copy);
      return output;
    }
    try {
      return this.builder.addConstant(shape, dtype, eager.read(copy));
    } finally {
      eager.forget(copy);
    }
  }

  private changesNothing(name: string, attributes: readonly OpAttribute[], inputs: readonly GraphOutput[]): boolean {
    if (name === "Identity") return true;
    if (name !== "Cast") return false;
    const target = attributes.find((attribute) => attribute.name === "DstT")?.value;
    return target === this.builder.dtypeOf(inputs[0] as GraphOutput);
  }
}
