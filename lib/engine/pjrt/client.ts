import { EngineError } from "../../errors";
import { TF } from "../native/dtype";
import type { Pointer } from "../native/pointer";
import { Arena } from "./arena";
import type { Answer, PjrtApi } from "./c-api";
import { KEEPING_NAN, SAME_BITS, withFlags, type XlaFlags } from "./compile-options";

/** PJRT_Buffer_Type of TensorFlow's dtypes. */
const TYPES: Record<number, number> = {
  [TF.bool]: 1,
  [TF.int32]: 4,
  [TF.int64]: 5,
  [TF.uint8]: 6,
  [TF.float16]: 10,
  [TF.float32]: 11,
  [TF.bfloat16]: 13,
  [TF.complex64]: 14,
};

/** PJRT_HostBufferSemantics: host memory is read before the call returns. */
const ONLY_DURING_CALL = 0;

/** A device that a plugin can compute on. */
export interface PjrtDevice {
  device: Pointer;
  /** Such as `NVIDIA H100 80GB HBM3` or `cpu`. */
  kind: string;
  description: string;
}

/** Memory of a device, as far as the plugin reports it. */
export interface DeviceMemory {
  bytesInUse: number;
  peakBytes: number | null;
  limitBytes: number | null;
}

/** A program on its devices. */
export interface LoadedProgram {
  loaded: Pointer;
  outputs: number;
}

/** PJRT_NamedValues for NVIDIA's plugin: memory grows as needed, not 3/4 of a GPU at once; one GPU may be chosen. */
function cudaOptions(arena: Arena, gpu: number | undefined): BigUint64Array {
  const [INT64_LIST, BOOL] = [2n, 4n];
  const named = (name: string, type: bigint, value: bigint) => {
    const key = arena.putText(name);
    return [56n, 0n, key.at, BigInt(key.bytes), type, value, 1n];
  };
  const preallocate = named("preallocate", BOOL, 0n);
  if (gpu === undefined) return BigUint64Array.from(preallocate);
  const visible = named("visible_devices", INT64_LIST, arena.put(BigInt64Array.of(BigInt(gpu))));
  return BigUint64Array.from([...preallocate, ...visible]);
}

/** A program that is queued on its device, or running. */
export interface StartedProgram {
  /** The outputs, which the caller frees, computed or not. */
  made: Pointer[];
  /** Rejects if they cannot be computed; nobody need await it. */
  computed: Promise<void>;
}

/** A plugin's client in this process: its devices, and the means to upload, compile and run on them. */
export class PjrtClient {
  readonly platform: string;
  readonly platformVersion: string;
  readonly devices: readonly PjrtDevice[];
  private readonly client: Pointer;

  /** @param cuda how to start NVIDIA's plugin; null for any other */
  constructor(
    readonly api: PjrtApi,
    cuda: { gpu: number | undefined } | null = null,
  ) {
    const arena = new Arena();
    const options = cuda === null ? new BigUint64Array() : cudaOptions(arena, cuda.gpu);
    try {
      const fields = [options.length > 0 ? arena.put(options) : 0n, options.length / 7, ...Array(8).fill(0)];
      this.client = api.call("Client_Create", "to start on its devices", fields).pointer(6);
    } finally {
      arena.free();
    }
    const text = (answer: Answer) => Arena.text(answer.pointer(1), answer.number(2));
    this.platform = text(api.call("Client_PlatformName", "its platform", [this.client, 0, 0]));
    this.platformVersion = text(api.call("Client_PlatformVersion", "its version", [this.client, 0, 0]));
    const found = api.call("Client_AddressableDevices", "its devices", [this.client, 0, 0]);
    this.devices = Arena.pointers(found.pointer(1), found.number(2)).map((device) => {
      const description = api.call("Device_GetDescription", "a device", [device, 0]).pointer(1);
      return {
        device,
        kind: text(api.call("DeviceDescription_Kind", "a device", [description, 0, 0])),
        description: text(api.call("DeviceDescription_ToString", "a device", [description, 0, 0])),
      };
    });
    if (this.devices.length === 0)
      throw new EngineError(`The PJRT plugin ${api.path} (${this.platform}) has no device.`);
  }

  /** Whether its device is the CPU, on which TensorFlow's own programs are faster. */
  get isCpu(): boolean {
    return this.platform === "cpu";
  }

  /** XLA's flags for every program that this client compiles. */
  get flags(): XlaFlags {
    return this.isCpu ? KEEPING_NAN : SAME_BITS;
  }

  /** A buffer with a dense host array, copied to a device; the memory is read before this returns. */
  upload(data: Pointer, dtype: number, shape: readonly number[], { device }: PjrtDevice): Pointer {
    const type = TYPES[dtype];
    if (type === undefined) throw new EngineError(`TensorFlow's dtype ${dtype} cannot be put on a PJRT device.`);
    const arena = new Arena();
    try {
      const dims = arena.put(BigInt64Array.from(shape, BigInt));
      const fields = [this.client, data, type, dims, shape.length, 0, 0, ONLY_DURING_CALL, device, 0, 0, 0, 0];
      const answer = this.api.call("Client_BufferFromHostBuffer", `a tensor of shape [${shape}]`, fields);
      this.api.await(answer.pointer(11), `a tensor of shape [${shape}]`);
      return answer.pointer(12);
    } finally {
      arena.free();
    }
  }

  /** Copies a buffer to host memory, once it is computed. */
  download(buffer: Pointer, to: Pointer, bytes: number): void {
    const answer = this.api.call("Buffer_ToHostBuffer", "a tensor's values", [buffer, 0, to, bytes, 0]);
    this.api.await(answer.pointer(4), "a tensor's values");
  }

  /** A second buffer with the same values on the same device. */
  copy(buffer: Pointer, { device }: PjrtDevice): Pointer {
    return this.api.call("Buffer_CopyToDevice", "a copy of a tensor", [buffer, device, 0]).pointer(2);
  }

  /** Whether the buffer's memory was donated: to a program, even one that failed. */
  isDeleted(buffer: Pointer): boolean {
    return (this.api.call("Buffer_IsDeleted", "a tensor", [buffer, 0]).number(1) & 255) === 1;
  }

  destroy(buffer: Pointer): void {
    this.api.release("Buffer_Destroy", "freeing a tensor", buffer);
  }

  /** The program compiled from StableHLO text for one device. */
  async compile(stablehlo: string, outputs: number, what: string): Promise<LoadedProgram> {
    const arena = new Arena();
    try {
      const code = arena.putText(stablehlo);
      const format = arena.putText("mlir");
      const program = arena.put(
        BigUint64Array.of(48n, 0n, code.at, BigInt(code.bytes), format.at, BigInt(format.bytes)),
      );
      return await withFlags(this.flags, async (options) => {
        const fields = [this.client, program, arena.put(options), options.length, 0];
        const answer = await this.api.callAsync("Client_Compile", `to compile ${what}`, fields);
        return { loaded: answer.pointer(4), outputs };
      });
    } finally {
      arena.free();
    }
  }

  /**
   * Queues a program on the first device. Its outputs may be given to other programs at once; donated inputs are gone.
   */
  async start({ loaded, outputs }: LoadedProgram, inputs: readonly Pointer[], what: string): Promise<StartedProgram> {
    const arena = new Arena();
    try {
      const options = new BigUint64Array(24);
      options[0] = BigInt(options.byteLength);
      const results = arena.put(new BigUint64Array(Math.max(1, outputs)));
      const done = arena.put(new BigUint64Array(1));
      const fields = [
        loaded,
        arena.put(options),
        arena.putPointers([arena.putPointers(inputs)]),
        1,
        inputs.length,
        arena.putPointers([results]),
        done,
        0,
      ];
      await this.api.callAsync("LoadedExecutable_Execute", what, fields);
      const computed = this.api.awaitAsync(Arena.pointers(done, 1)[0] as Pointer, what);
      // What takes or reads the outputs fails, too.
      computed.catch(() => {});
      return { made: Arena.pointers(results, outputs), computed };
    } finally {
      arena.free();
    }
  }

  unload({ loaded }: LoadedProgram): void {
    this.api.call("LoadedExecutable_Destroy", "freeing a program", [loaded]);
  }

  /** A program's bytes, for `load` in another process on the same plugin and device. */
  serialize({ loaded }: LoadedProgram): Uint8Array {
    const { api } = this;
    const executable = api.call("LoadedExecutable_GetExecutable", "a program", [loaded, 0]).pointer(1);
    try {
      const answer = api.call("Executable_Serialize", "to serialize a program", [executable, 0, 0, 0, 0]);
      const bytes = Arena.bytes(answer.pointer(1), answer.number(2));
      api.freeSerialized(answer.pointer(4), answer.pointer(3));
      return bytes;
    } finally {
      api.call("Executable_Destroy", "a program", [executable]);
    }
  }

  async load(serialized: Uint8Array, outputs: number): Promise<LoadedProgram> {
    const arena = new Arena();
    try {
      const fields = [this.client, arena.put(serialized), serialized.length, 0, 0, 0];
      const answer = await this.api.callAsync("Executable_DeserializeAndLoad", "to load a kept program", fields);
      return { loaded: answer.pointer(3), outputs };
    } finally {
      arena.free();
    }
  }

  /** A device's memory usage; null where the plugin does not report it, like a CPU's. */
  memory({ device }: PjrtDevice): DeviceMemory | null {
    try {
      const answer = this.api.call("Device_MemoryStats", "its memory", [device, ...Array(24).fill(0)]);
      // Each figure after the first is followed by a flag.
      const figure = (field: number) => ((answer.number(field + 1) & 255) === 1 ? answer.number(field) : null);
      return { bytesInUse: answer.number(1), peakBytes: figure(2), limitBytes: figure(8) };
    } catch {
      return null;
    }
  }
}
