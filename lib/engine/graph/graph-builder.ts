import { EngineError } from "../../errors";
import { sizeFromShape } from "../../shape";
import { ATTRIBUTE, type OpAttribute, setAttributes } from "../native/attributes";
import type { CApi } from "../native/c-api";
import { callSite } from "../native/call-site";
import { TF } from "../native/dtype";
import { type HostValues, toTensor } from "../native/host-tensor";
import type { OpDefinitions } from "../native/op-definition";
import type { GraphOutput, Pointer } from "../native/pointer";
import { check } from "../native/status";

/** Notified of every op added to a graph. */
export interface GraphObserver {
  added(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly GraphOutput[],
    oper: Pointer,
    builder: GraphBuilder,
  ): void;
  constant(output: GraphOutput, shape: readonly number[], dtype: number, values: HostValues): void;
}

/** A TensorFlow graph to which ops are added one by one until it becomes a function. */
export class GraphBuilder {
  readonly opCounts = new Map<string, number>();
  private readonly graph: Pointer;
  private readonly status: Pointer;
  private opCount = 0;

  constructor(
    private readonly api: CApi,
    private readonly definitions: OpDefinitions,
    private readonly observer: GraphObserver | null = null,
  ) {
    this.graph = api.graph.create();
    this.status = api.newStatus();
  }

  /** The first output of an op it adds. @throws {TensorFlowError} naming the op and the user's line */
  addOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly GraphOutput[] = [],
    after: readonly Pointer[] = [],
  ): GraphOutput {
    const { api } = this;
    const { inputs: taken, inferred: fromTensors } = this.definitions.of(name);
    const op = this.begin(name);
    const inferred = new Set(fromTensors);
    let at = 0;
    for (const { lengthAttribute, typesAttribute } of taken) {
      if (lengthAttribute === null && typesAttribute === null) {
        api.graph.addInput(op, inputs[at++] as GraphOutput);
        continue;
      }
      const length = listLength(attributes, lengthAttribute ?? (typesAttribute as string), inputs.length - at);
      api.graph.addInputList(op, inputs.slice(at, at + length), length);
      at += length;
      if (lengthAttribute !== null) inferred.add(lengthAttribute);
      if (typesAttribute !== null) inferred.add(typesAttribute);
    }
    for (const before of after) api.graph.addControlInput(op, before);
    const stated = attributes.filter(({ name: attribute }) => !inferred.has(attribute));
    setAttributes(api.graph, op, stated, this.status);
    const output = this.finish(op, name);
    this.observer?.added(name, attributes, inputs, output.oper, this);
    return output;
  }

  addPlaceholder(shape: readonly number[], dtype: number): GraphOutput {
    return this.addOp("Placeholder", [
      { name: "dtype", type: ATTRIBUTE.type, value: dtype },
      { name: "shape", type: ATTRIBUTE.shape, value: [...shape] },
    ]);
  }

  addConstant(shape: readonly number[], dtype: number, values: HostValues): GraphOutput {
    const tensor = toTensor(this.api, shape, dtype, values);
    try {
      const op = this.begin("Const");
      this.api.graph.setTensor(op, "value", tensor, this.status);
      this.api.graph.setType(op, "dtype", dtype);
      const output = this.finish(op, "Const");
      this.observer?.constant(output, shape, dtype, values);
      return output;
    } finally {
      this.api.deleteTensor(tensor);
    }
  }

  addCast(input: GraphOutput, dtype: number): GraphOutput {
    return this.addOp("Cast", [{ name: "DstT", type: ATTRIBUTE.type, value: dtype }], [input]);
  }

  addScalar(value: number, dtype: number): GraphOutput {
    return this.addConstant([], dtype, [value]);
  }

  /** A constant vector of int32. */
  addVector(values: readonly number[]): GraphOutput {
    return this.addConstant([values.length], TF.int32, values);
  }

  /** A constant float32 tensor of one value. */
  addFilled(shape: readonly number[], value: number): GraphOutput {
    const count = sizeFromShape(shape);
    return this.addConstant(shape, TF.float32, new Float32Array(count).fill(value));
  }

  dtypeOf(output: GraphOutput): number {
    return this.api.graph.outputType(output);
  }

  /** @throws {EngineError} when the shape depends on values: TensorFlow.js makes decisions based on shapes */
  shapeOf(output: GraphOutput, op: string): number[] {
    const { api, status } = this;
    const rank = api.graph.rank(this.graph, output, status);
    check(api, status, `the rank of what ${op} gave`);
    if (rank === 0) return [];
    const dims = new BigInt64Array(Math.max(rank, 0));
    if (rank > 0) api.graph.shape(this.graph, output, dims, rank, status);
    check(api, status, `the shape of what ${op} gave`);
    if (rank < 0 || dims.some((size) => size < 0n)) {
      throw new EngineError(
        `${op}${callSite()} gave a tensor whose shape depends on values; a compiled function needs every shape while ` +
          `it is captured. Compute it outside and pass it as an argument.`,
      );
    }
    return Array.from(dims, Number);
  }

  /** States an output's shape where TensorFlow cannot infer it. */
  setShape(output: GraphOutput, shape: readonly number[]): void {
    this.api.graph.setTensorShape(this.graph, output, BigInt64Array.from(shape, BigInt), shape.length, this.status);
    check(this.api, this.status, `the shape [${shape}]`);
  }

  /** Turns the graph into a function in the context; each of `effects` runs at every call. */
  toFunction(
    context: Pointer,
    name: string,
    inputs: GraphOutput[],
    outputs: readonly GraphOutput[],
    effects: readonly Pointer[],
  ): void {
    const { api, graph, status } = this;
    // A function may not return one of its own inputs, nor the same output twice, so each gets an Identity.
    const own = outputs.map((output) =>
      this.addOp("Identity", [{ name: "T", type: ATTRIBUTE.type, value: this.dtypeOf(output) }], [output]),
    );
    const [ins, outs, controls] = [inputs.length, own.length, effects.length];
    const made = api.graph.toFunction(
      graph,
      name,
      0,
      -1,
      null,
      ins,
      inputs,
      outs,
      own,
      null,
      controls,
      [...effects],
      null,
      null,
      null,
      status,
    );
    check(api, status, `the function ${name}`);
    api.graph.addFunction(context, made, status);
    api.graph.deleteFunction(made);
    check(api, status, `the function ${name}`);
  }

  close(): void {
    this.api.graph.delete(this.graph);
    this.api.deleteStatus(this.status);
  }

  private begin(name: string): Pointer {
    this.opCounts.set(name, (this.opCounts.get(name) ?? 0) + 1);
    return this.api.graph.newOp(this.graph, name, `${name}_${this.opCount++}`);
  }

  private finish(op: Pointer, name: string): GraphOutput {
    const oper = this.api.graph.finishOp(op, this.status);
    check(this.api, this.status, name, callSite);
    return { oper, index: 0 };
  }
}

function listLength(attributes: readonly OpAttribute[], attribute: string, rest: number): number {
  const value = attributes.find(({ name }) => name === attribute)?.value;
  if (typeof value === "number") return value;
  if (Array.isArray(value)) return value.length;
  // ConcatV2 and the like have their list first, followed by one tensor; they always state N.
  return rest;
}
