import { EngineError } from "../../errors";
import { sizeFromShape } from "../../shape";
import type { CApi } from "./c-api";
import { elementBytes, TF } from "./dtype";
import { fromTensor, type HostValues, toStringView, toTensor } from "./host-tensor";
import type { TensorMetadata } from "./op-sink";
import type { Pointer } from "./pointer";
import { check } from "./status";

/** Where tensors may live outside TensorFlow's memory: on the device of another runtime. */
export interface OtherHome {
  has(id: number): boolean;
  dtypeOf(id: number): number;
  /** A TF_Tensor with the values; the caller deletes it. */
  toTensor(id: number): Pointer;
  /** Frees the tensor; false if it was not here. */
  forget(id: number): boolean;
}

/** The eager tensors, by number. Theirs are positive, a capture's negative: the sign tells who owns a tensor. */
export class TensorHandles {
  private readonly handles = new Map<number, Pointer>();
  /** Tensors returned by another runtime's programs; they are copied here when an op or a read needs them. */
  otherHome: OtherHome | null = null;
  private nextId = 1;
  protected readonly status: Pointer;

  constructor(protected readonly api: CApi) {
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
      bytes += sizeFromShape(this.shapeOf(handle)) * elementBytes(dtype);
    }
    return bytes;
  }

  dtypeOf(id: number): number {
    if (!this.handles.has(id) && this.otherHome?.has(id)) return this.otherHome.dtypeOf(id);
    return this.api.handleDtype(this.handle(id));
  }

  read(id: number): HostValues {
    const handle = this.handle(id);
    const count = sizeFromShape(this.shapeOf(handle));
    const tensor = this.api.resolveHandle(handle, this.status);
    check(this.api, this.status, "reading a tensor");
    const values = fromTensor(this.api, tensor, this.api.handleDtype(handle), count);
    this.api.deleteTensor(tensor);
    return values;
  }

  private shapeOf(handle: Pointer): number[] {
    const { api, status } = this;
    const rank = api.handleRank(handle, status);
    check(api, status, "the rank of a tensor");
    const shape = new Array<number>(rank);
    for (let axis = 0; axis < rank; axis++) shape[axis] = Number(api.handleDim(handle, axis, status));
    return shape;
  }
}
