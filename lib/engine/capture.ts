import { EngineError } from "../errors";
import { ATTRIBUTE, type OpAttribute, setAttributes } from "./attributes";
import type { OpSink, TensorMetadata, TensorStore } from "./binding";
import type { CApi, GraphOutput, Pointer } from "./c-api";
import { toTensor } from "./host-tensor";
import { type OpDefinition, parseOpDefinition } from "./op-definition";
import { check } from "./status";

/** Tensors from outside up to this many elements become constants, which XLA needs for axes, shapes and permutations. */
const LARGEST_CONSTANT = 4096;

/** Ops that give back what they got when the dtype stays the same; a capture leaves them out. */
const IDENTITIES = new Set(["Identity", "Cast"]);

/** A graph under construction: ops are added to it instead of being run, and it becomes one function. */
export class CapturedGraph implements OpSink {
  readonly graph: Pointer;
  readonly inputs: GraphOutput[] = [];
  /** Eager tensors that the function closes over; they are passed at every call, and held until it is disposed. */
  readonly closedOver: number[] = [];
  readonly opCounts = new Map<string, number>();
  private readonly outputs = new Map<number, GraphOutput>();
  private readonly constants = new Map<number, GraphOutput>();
  private readonly definitions = new Map<string, OpDefinition>();
  private readonly closedOverInputs: GraphOutput[] = [];
  private nextId = -1;
  private opCount = 0;
  private readonly status: Pointer;

  constructor(
    private readonly api: CApi,
    private readonly eager: TensorStore,
  ) {
    this.graph = api.graph.create();
    this.status = api.newStatus();
  }

  owns(id: number): boolean {
    return id < 0;
  }

  forget(id: number): void {
    this.outputs.delete(id);
  }

  dtypeOf(id: number): number {
    return this.owns(id) ? this.api.graph.outputType(this.output(id)) : this.eager.dtypeOf(id);
  }

  placeholder(shape: readonly number[], dtype: number): TensorMetadata {
    const output = this.addPlaceholder(shape, dtype);
    this.inputs.push(output);
    return this.register(output);
  }

  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputIds: readonly number[],
    outputs: number,
  ): TensorMetadata[] {
    const inputs = inputIds.map((id) => this.output(id));
    if (IDENTITIES.has(name) && this.changesNothing(name, attributes, inputs)) {
      return [this.register(inputs[0] as GraphOutput)];
    }
    const first = this.addOp(name, attributes, inputs);
    return Array.from({ length: outputs }, (_, index) => this.register({ oper: first.oper, index }));
  }

  /** Adds an op by its graph outputs; gives its first output. */
  addOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly GraphOutput[] = [],
    after: readonly Pointer[] = [],
  ): GraphOutput {
    const { api } = this;
    this.opCounts.set(name, (this.opCounts.get(name) ?? 0) + 1);
    const op = api.graph.newOp(this.graph, name, `${name}_${this.opCount++}`);
    const inferred = new Set<string>();
    let at = 0;
    for (const { lengthAttribute, typesAttribute } of this.definition(name).inputs) {
      if (lengthAttribute === null && typesAttribute === null) {
        api.graph.addInput(op, inputs[at++] as GraphOutput);
        continue;
      }
      const length = this.listLength(attributes, lengthAttribute ?? (typesAttribute as string), inputs.length - at);
      api.graph.addInputList(op, inputs.slice(at, at + length), length);
      at += length;
      if (lengthAttribute !== null) inferred.add(lengthAttribute);
      if (typesAttribute !== null) inferred.add(typesAttribute);
    }
    for (const before of after) api.graph.addControlInput(op, before);
    setAttributes(
      api.graph,
      op,
      attributes.filter(({ name: attribute }) => !inferred.has(attribute)),
      this.status,
    );
    const oper = api.graph.finishOp(op, this.status);
    check(api, this.status, name);
    return { oper, index: 0 };
  }

  /** Turns the graph into a function named `name` in the context. */
  toFunction(context: Pointer, name: string, outputIds: readonly number[], effects: readonly Pointer[]): void {
    const { api, status } = this;
    // A function may not return one of its own inputs, nor the same output twice: an Identity each.
    const outputs = outputIds.map((id) => {
      const value = this.output(id);
      return this.addOp("Identity", [{ name: "T", type: ATTRIBUTE.type, value: api.graph.outputType(value) }], [value]);
    });
    const inputs = [...this.inputs, ...this.closedOverInputs];
    const made = api.graph.toFunction(
      this.graph,
      name,
      0,
      -1,
      null,
      inputs.length,
      inputs,
      outputs.length,
      outputs,
      null,
      effects.length,
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

  /** Lets go of the graph. Tensors held by `closedOver` stay: they belong to the function. */
  close(): void {
    this.api.graph.delete(this.graph);
    this.api.deleteStatus(this.status);
  }

  /** The graph's form of a tensor: its own output, or a constant or captured input for one that was there before. */
  output(id: number): GraphOutput {
    if (this.owns(id)) {
      const output = this.outputs.get(id);
      if (output !== undefined) return output;
      throw new EngineError(
        "A tensor made while another function was captured was used in this one; pass it as an argument.",
      );
    }
    const known = this.constants.get(id);
    if (known !== undefined) return known;
    const output = this.takeIn(id);
    this.constants.set(id, output);
    return output;
  }

  private addPlaceholder(shape: readonly number[], dtype: number): GraphOutput {
    return this.addOp("Placeholder", [
      { name: "dtype", type: ATTRIBUTE.type, value: dtype },
      { name: "shape", type: ATTRIBUTE.shape, value: [...shape] },
    ]);
  }

  private takeIn(id: number): GraphOutput {
    const { api, status } = this;
    const shared = api.shareHandle(this.eager.handle(id), status);
    check(api, status, "a captured tensor");
    const { id: copy, shape, dtype } = this.eager.adopt(shared);
    if (shape.reduce((product, size) => product * size, 1) > LARGEST_CONSTANT) {
      const output = this.addPlaceholder(shape, dtype);
      this.closedOverInputs.push(output);
      this.closedOver.push(copy);
      return output;
    }
    const tensor = toTensor(api, shape, dtype, this.eager.read(copy));
    this.eager.forget(copy);
    const op = api.graph.newOp(this.graph, "Const", `Const_${this.opCount++}`);
    api.graph.setTensor(op, "value", tensor, status);
    api.graph.setType(op, "dtype", dtype);
    const oper = api.graph.finishOp(op, status);
    api.deleteTensor(tensor);
    check(api, status, "Const");
    return { oper, index: 0 };
  }

  /** Gives a graph output a tensor number; its shape must be known, since TensorFlow.js decides by shapes. */
  register(output: GraphOutput): TensorMetadata {
    const shape = this.shapeOf(output);
    const id = this.nextId--;
    this.outputs.set(id, output);
    return { id, shape, dtype: this.api.graph.outputType(output) };
  }

  private shapeOf(output: GraphOutput): number[] {
    const { api, status } = this;
    const rank = api.graph.rank(this.graph, output, status);
    check(api, status, "the rank of a captured tensor");
    if (rank === 0) return [];
    const dims = new BigInt64Array(Math.max(rank, 0));
    if (rank > 0) api.graph.shape(this.graph, output, dims, rank, status);
    check(api, status, "the shape of a captured tensor");
    if (rank < 0 || dims.some((size) => size < 0n)) {
      throw new EngineError(
        "An op gave a tensor whose shape depends on values; a compiled function needs every shape at capture. " +
          "Compute it outside and pass it as an argument.",
      );
    }
    return Array.from(dims, Number);
  }

  private changesNothing(name: string, attributes: readonly OpAttribute[], inputs: readonly GraphOutput[]): boolean {
    if (name === "Identity") return true;
    if (name !== "Cast") return false;
    const target = attributes.find((attribute) => attribute.name === "DstT")?.value;
    return target === this.api.graph.outputType(inputs[0] as GraphOutput);
  }

  private listLength(attributes: readonly OpAttribute[], attribute: string, rest: number): number {
    const value = attributes.find(({ name }) => name === attribute)?.value;
    if (typeof value === "number") return value;
    if (Array.isArray(value)) return value.length;
    // ConcatV2 and its like have their list first and one tensor behind it; they always state N.
    return rest;
  }

  private definition(name: string): OpDefinition {
    const known = this.definitions.get(name);
    if (known) return known;
    const buffer = this.api.graph.newBuffer();
    this.api.graph.opDefinition(this.graph, name, buffer, this.status);
    check(this.api, this.status, name);
    const definition = parseOpDefinition(this.api.bufferBytes(buffer));
    this.api.graph.deleteBuffer(buffer);
    this.definitions.set(name, definition);
    return definition;
  }
}
