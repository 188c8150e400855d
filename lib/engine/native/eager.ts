import { EngineError } from "../../errors";
import { type OpAttribute, setAttributes } from "./attributes";
import type { CApi } from "./c-api";
import { elementBytes, TF } from "./dtype";
import { fromTensor, type HostValues, toStringView, toTensor } from "./host-tensor";
import type { OpDefinitions } from "./op-definition";
import type { TensorMetadata, TensorStore } from "./op-sink";
import type { Pointer } from "./pointer";
import { check } from "./status";

/** An op, holding its inputs. Exactly one of the two methods is called, once. */
export interface PreparedOp {
  run(): Promise<TensorMetadata[]>;
  abandon(): void;
}

/** Where tensors may live outside TensorFlow's memory: on the device of another runtime. */
export interface OtherHome {
  has(id: number): boolean;
  dtypeOf(id: number): number;
  /** A TF_Tensor with the values; the caller deletes it. */
  toTensor(id: number): Pointer;
  /** Frees the tensor; false if it was not here. */
  forget(id: number): boolean;
}

/** Runs ops eagerly. Eager tensor numbers are positive, a capture's negative: the sign tells who owns a tensor. */
export class EagerOps implements TensorStore {
  private readonly handles = new Map<number, Pointer>();
  /** Tensors returned by another runtime's programs; they are copied here when an op or a read needs them. */
  otherHome: OtherHome | null = null;
  private nextId = 1;
  private readonly status: Pointer;
  /** Where the synchronous ops' outputs and their number arrive; kept, as making them takes longer than most calls. */
  private slots = new BigUint64Array(8);
  private readonly outputCount = new Int32Array(1);

  constructor(
    private readonly api: CApi,
    readonly context: Pointer,
    private readonly definitions: OpDefinitions,
    private readonly stats: { eagerOps: number },
  ) {
    this.status = api.newStatus();
  }

  get count(): number {
    return this.handles.size;
  }

  owns(id: number): boolean {
    return id > 0;
  }

  handle(id: number): Pointer {
    const handle = this.handles.get(id);
    if (handle !== undefined) return handle;
    if (this.otherHome?.has(id)) return this.bringHome(id, this.otherHome);
    throw new EngineError(
      id < 0
        ? "A tensor that was made while a function was captured has no value: return it from the function, or make it outside."
        : "A tensor was used after it was disposed.",
    );
  }

  private bringHome(id: number, home: OtherHome): Pointer {
    const tensor = home.toTensor(id);
    const handle = this.api.newHandle(tensor, this.status);
    this.api.deleteTensor(tensor);
    check(this.api, this.status, "a tensor from another device");
    this.handles.set(id, handle);
    return handle;
  }

  /** A new number, for a tensor whose memory is elsewhere. */
  newId(): number {
    return this.nextId++;
  }

  /** Whether TensorFlow has the tensor's values. */
  isHere(id: number): boolean {
    return this.handles.has(id);
  }

  /** The tensor number of a handle it takes ownership of: the caller must not delete it. */
  adopt(handle: Pointer): TensorMetadata {
    const id = this.nextId++;
    this.handles.set(id, handle);
    return { id, shape: this.shapeOf(handle), dtype: this.api.handleDtype(handle) };
  }

  /** A second reference to a tensor's memory, under its own number. */
  share(id: number): TensorMetadata {
    const shared = this.api.shareHandle(this.handle(id), this.status);
    check(this.api, this.status, "sharing a tensor");
    return this.adopt(shared);
  }

  createTensor(shape: readonly number[], dtype: number, values: HostValues): number {
    return this.adoptTensor(toTensor(this.api, shape, dtype, values));
  }

  /** A scalar string viewing the caller's memory without a copy: the caller keeps it until the tensor is forgotten. */
  viewString(bytes: Uint8Array): number {
    return this.adoptTensor(toStringView(this.api, bytes));
  }

  private adoptTensor(tensor: Pointer): number {
    const handle = this.api.newHandle(tensor, this.status);
    this.api.deleteTensor(tensor);
    check(this.api, this.status, "a new tensor");
    const id = this.nextId++;
    this.handles.set(id, handle);
    return id;
  }

  /** Frees a tensor; false if it was already gone. */
  forget(id: number): boolean {
    const wasElsewhere = this.otherHome?.forget(id) ?? false;
    const handle = this.handles.get(id);
    if (handle === undefined) return wasElsewhere;
    this.api.deleteHandle(handle);
    return this.handles.delete(id);
  }

  /** Bytes of all tensors held; variable handles count as zero. */
  bytes(): number {
    let bytes = 0;
    for (const handle of this.handles.values()) {
      const dtype = this.api.handleDtype(handle);
      if (dtype === TF.resource) continue;
      bytes += this.shapeOf(handle).reduce((product, size) => product * size, elementBytes(dtype));
    }
    return bytes;
  }

  dtypeOf(id: number): number {
    if (!this.handles.has(id) && this.otherHome?.has(id)) return this.otherHome.dtypeOf(id);
    return this.api.handleDtype(this.handle(id));
  }

  read(id: number): HostValues {
    const handle = this.handle(id);
    const count = this.shapeOf(handle).reduce((product, size) => product * size, 1);
    const tensor = this.api.resolveHandle(handle, this.status);
    check(this.api, this.status, "reading a tensor");
    const values = fromTensor(this.api, tensor, this.api.handleDtype(handle), count);
    this.api.deleteTensor(tensor);
    return values;
  }

  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputIds: readonly number[],
    outputs: number,
  ): TensorMetadata[] {
    this.stats.eagerOps++;
    const { api, status, outputCount } = this;
    const op = this.prepare(name, this.stated(name, attributes), this.handlesOf(inputIds), status);
    try {
      if (outputs > this.slots.length) this.slots = new BigUint64Array(outputs);
      const { slots } = this;
      outputCount[0] = outputs;
      api.eager.execute(op, slots, outputCount, status);
      check(api, status, name);
      return this.adoptAll(slots, outputCount);
    } finally {
      api.eager.deleteOp(op);
    }
  }

  /** The attributes that TensorFlow does not infer from the inputs. */
  private stated(name: string, attributes: readonly OpAttribute[]): readonly OpAttribute[] {
    const { inferred } = this.definitions.of(name);
    return attributes.length === 0 ? attributes : attributes.filter((attribute) => !inferred.has(attribute.name));
  }

  private handlesOf(ids: readonly number[]): Pointer[] {
    const handles = new Array<Pointer>(ids.length);
    for (let place = 0; place < ids.length; place++) handles[place] = this.handle(ids[place] as number);
    return handles;
  }

  // A loop, since a subarray and an iterator would take a tenth of a small op's time.
  private adoptAll(slots: BigUint64Array, count: Int32Array): TensorMetadata[] {
    const adopted = new Array<TensorMetadata>(count[0] as number);
    for (let output = 0; output < adopted.length; output++) adopted[output] = this.adopt(slots[output] as Pointer);
    return adopted;
  }

  /** An op to be run on its own thread, with its own status, so that the event loop stays free. */
  prepareAsync(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly Pointer[],
    outputs: number,
  ): PreparedOp {
    const { api } = this;
    const status = api.newStatus();
    let op: Pointer;
    try {
      op = this.prepare(name, attributes, inputs, status);
    } catch (error) {
      api.deleteStatus(status);
      throw error;
    }
    const abandon = () => {
      api.eager.deleteOp(op);
      api.deleteStatus(status);
    };
    const run = async () => {
      try {
        const slots = new BigUint64Array(Math.max(1, outputs));
        const count = Int32Array.of(outputs);
        await new Promise<void>((resolve, reject) =>
          api.eager.execute.async(op, slots, count, status, (error) => (error ? reject(error) : resolve())),
        );
        check(api, status, name);
        return this.adoptAll(slots, count);
      } finally {
        abandon();
      }
    };
    return { run, abandon };
  }

  private shapeOf(handle: Pointer): number[] {
    const { api, status } = this;
    const rank = api.handleRank(handle, status);
    check(api, status, "the rank of a tensor");
    const shape = new Array<number>(rank);
    for (let axis = 0; axis < rank; axis++) shape[axis] = Number(api.handleDim(handle, axis, status));
    return shape;
  }

  private prepare(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly Pointer[],
    status: Pointer,
  ): Pointer {
    const { api } = this;
    const op = api.eager.newOp(this.context, name, status);
    check(api, status, name);
    try {
      setAttributes(api.eager, op, attributes, status);
      for (const handle of inputs) {
        api.eager.addInput(op, handle, status);
        check(api, status, name);
      }
      return op;
    } catch (error) {
      api.eager.deleteOp(op);
      throw error;
    }
  }
}
