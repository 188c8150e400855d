import { EngineError } from "../../errors";
import { sizeFromShape } from "../../shape";
import type { CApi } from "../native/c-api";
import { elementBytes } from "../native/dtype";
import type { EagerOps } from "../native/eager";
import { requireBytes } from "../native/host-tensor";
import type { TensorMetadata } from "../native/op-sink";
import type { Pointer } from "../native/pointer";
import { check } from "../native/status";
import type { OtherHome } from "../native/tensor-handles";
import { Arena } from "./arena";
import type { PjrtClient, PjrtDevice } from "./client";

/** A buffer on the device, held by a tensor and by the calls that use it. */
export interface DeviceBuffer {
  readonly buffer: Pointer;
  readonly shape: readonly number[];
  readonly dtype: number;
  holds: number;
}

/** Counts of copies between host and device so far. */
export interface CopyStats {
  uploads: number;
  uploadedBytes: number;
  downloads: number;
  downloadedBytes: number;
}

/**
 * This process's tensors on a PJRT device, by number: outputs of its programs, and inputs copied there for one. None is
 * copied twice: a tensor keeps both copies until it is disposed.
 */
export class DeviceTensors implements OtherHome {
  private readonly buffers = new Map<number, DeviceBuffer>();
  private held = 0;

  constructor(
    private readonly client: PjrtClient,
    private readonly device: PjrtDevice,
    private readonly api: CApi,
    private readonly eager: EagerOps,
    private readonly stats: CopyStats,
  ) {}

  /** Bytes of all buffers held. */
  get bytes(): number {
    return this.held;
  }

  /** A tensor number for a buffer, of which it takes ownership. */
  adopt(buffer: Pointer, shape: readonly number[], dtype: number): TensorMetadata {
    const id = this.eager.newId();
    this.buffers.set(id, this.own(buffer, shape, dtype));
    return { id, shape: [...shape], dtype };
  }

  /** A buffer with one reference, not owned by a tensor. */
  own(buffer: Pointer, shape: readonly number[], dtype: number): DeviceBuffer {
    const owned = { buffer, shape, dtype, holds: 1 };
    this.held += bytesOf(owned);
    return owned;
  }

  /** The tensor's buffer, with one more reference; its values are copied to the device if not there yet. */
  hold(id: number, shape: readonly number[]): DeviceBuffer {
    let found = this.buffers.get(id);
    if (found === undefined) {
      found = this.upload(id, shape);
      this.buffers.set(id, found);
    }
    found.holds++;
    return found;
  }

  /** The buffers of several tensors, each as `hold` gives it; where one cannot be had, none stays held. */
  holdAll(ids: readonly number[], shapeOf: (at: number) => readonly number[]): DeviceBuffer[] {
    const held: DeviceBuffer[] = [];
    try {
      for (const [at, id] of ids.entries()) held.push(this.hold(id, shapeOf(at)));
      return held;
    } catch (error) {
      for (const buffer of held) this.release(buffer);
      throw error;
    }
  }

  /** Drops one reference; dropping the last frees the memory. */
  release(held: DeviceBuffer): void {
    if (--held.holds > 0) return;
    this.held -= bytesOf(held);
    this.client.destroy(held.buffer);
  }

  /** A copy on the device, as a separate tensor. */
  copy({ buffer, shape, dtype }: DeviceBuffer): TensorMetadata {
    return this.adopt(this.client.copy(buffer, this.device), shape, dtype);
  }

  /** A new tensor with a copy of an array's bytes, which TensorFlow's memory never sees. */
  fromArray(values: Uint8Array, shape: readonly number[], dtype: number): TensorMetadata {
    requireBytes(values, bytesOf({ shape, dtype }), shape, dtype);
    const arena = new Arena();
    try {
      return this.adopt(this.send(arena.lend(values), shape, dtype), shape, dtype);
    } finally {
      arena.free();
    }
  }

  /** The eager tensor's values on the device, in a buffer with one reference. */
  upload(id: number, shape: readonly number[]): DeviceBuffer {
    const { api, eager } = this;
    const status = api.newStatus();
    const tensor = api.resolveHandle(eager.handle(id), status);
    try {
      check(api, status, "reading a tensor");
      const dtype = eager.dtypeOf(id);
      return this.own(this.send(api.tensorData(tensor), shape, dtype), shape, dtype);
    } finally {
      api.deleteTensor(tensor);
      api.deleteStatus(status);
    }
  }

  /** A buffer with a copy of host memory. */
  private send(data: Pointer, shape: readonly number[], dtype: number): Pointer {
    const buffer = this.client.upload(data, dtype, shape, this.device);
    this.stats.uploads++;
    this.stats.uploadedBytes += bytesOf({ shape, dtype });
    return buffer;
  }

  has(id: number): boolean {
    return this.buffers.has(id);
  }

  dtypeOf(id: number): number {
    return this.of(id).dtype;
  }

  toTensor(id: number): Pointer {
    const { buffer, shape, dtype } = this.of(id);
    const bytes = bytesOf({ shape, dtype });
    const tensor = this.api.allocateTensor(dtype, BigInt64Array.from(shape, BigInt), shape.length, bytes);
    if (bytes > 0) this.client.download(buffer, this.api.tensorData(tensor), bytes);
    this.stats.downloads++;
    this.stats.downloadedBytes += bytes;
    return tensor;
  }

  forget(id: number): boolean {
    const found = this.buffers.get(id);
    if (found === undefined) return false;
    this.release(found);
    return this.buffers.delete(id);
  }

  private of(id: number): DeviceBuffer {
    const found = this.buffers.get(id);
    if (found === undefined) throw new EngineError("A tensor was used after it was disposed.");
    return found;
  }
}

function bytesOf({ shape, dtype }: Pick<DeviceBuffer, "shape" | "dtype">): number {
  return sizeFromShape(shape) * elementBytes(dtype);
}
