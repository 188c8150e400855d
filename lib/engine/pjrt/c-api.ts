import { EngineError } from "../../errors";
import { holdOpen, koffi } from "../native/koffi";
import type { Pointer } from "../native/pointer";
import { codeName } from "../native/status";
import { Arena } from "./arena";

/**
 * Indices of the functions in PJRT_Api (xla/pjrt/c/pjrt_c_api.h), which only grows at its end; index 0 is at byte 40.
 */
const FUNCTIONS = {
  Error_Destroy: 0,
  Error_Message: 1,
  Error_GetCode: 2,
  Plugin_Initialize: 3,
  Event_Destroy: 5,
  Event_Await: 8,
  Client_Create: 10,
  Client_PlatformName: 12,
  Client_PlatformVersion: 14,
  Client_AddressableDevices: 16,
  Client_Compile: 20,
  Client_BufferFromHostBuffer: 22,
  DeviceDescription_Kind: 26,
  DeviceDescription_ToString: 28,
  Device_GetDescription: 29,
  Device_MemoryStats: 34,
  Executable_Destroy: 40,
  Executable_OptimizedProgram: 48,
  Executable_Serialize: 49,
  LoadedExecutable_Destroy: 50,
  LoadedExecutable_GetExecutable: 51,
  LoadedExecutable_Execute: 55,
  Executable_DeserializeAndLoad: 56,
  Buffer_Destroy: 58,
  Buffer_IsDeleted: 68,
  Buffer_CopyToDevice: 69,
  Buffer_ToHostBuffer: 70,
  TopologyDescription_Create: 82,
  Compile: 89,
  Executable_GetCompiledMemoryStats: 96,
} as const;

export type PjrtFunction = keyof typeof FUNCTIONS;

/** The oldest version tested; it has all the functions the engine calls. */
const OLDEST_MINOR = 81;

/** The fields of an argument struct after its size and extension, eight bytes each; omitted ones are zero. */
export type Fields = readonly (Pointer | number)[];

/** What a call wrote into its argument struct, by index in `Fields`. */
export interface Answer {
  pointer(field: number): Pointer;
  number(field: number): number;
}

/** An error from a plugin itself: its code, what was requested, and the plugin's own message. */
export class PjrtError extends EngineError {
  constructor(
    readonly code: string,
    readonly what: string,
    detail: string,
  ) {
    super(`The PJRT plugin refused ${what} (${code}): ${detail}${remedyFor(code, what)}`);
  }
}

/** What to do about an error, where known. */
function remedyFor(code: string, what: string): string {
  if (code !== "RESOURCE_EXHAUSTED") return "";
  const others =
    'Another process may hold memory of this device: look at "nvidia-smi" or its like, and end it or wait.';
  if (what === "to start on its devices") return `\n${others}`;
  return `\nThe device has not that much memory. Use smaller batches (optimizer.batchSize, or optimizer.microBatches for the same numbers). ${others}`;
}

interface NativeFunction {
  (args: BigUint64Array): Pointer | null;
  async(args: BigUint64Array, done: (error: Error | null, result: Pointer | null) => void): void;
}

/** Padding beyond what any struct needs: a plugin refuses a struct shorter than its own, but accepts a longer one. */
const SPARE_FIELDS = 8;

/** A plugin's C interface: each function takes one struct that begins with its size and returns an error or nothing. */
export class PjrtApi {
  readonly version: { major: number; minor: number };
  private readonly functions = new Map<PjrtFunction, NativeFunction>();
  private readonly releases = new Map<PjrtFunction, BigUint64Array>();
  private readonly table: Pointer;

  /** @throws {EngineError} for a file that is not a plugin, or has an unsupported version */
  constructor(readonly path: string) {
    this.table = open(path);
    const [bytes, major, minor] = [
      Number(koffi.decode(this.table, 0, "uint64_t")),
      koffi.decode(this.table, 32, "int") as number,
      koffi.decode(this.table, 36, "int") as number,
    ];
    this.version = { major, minor };
    const last = 40 + 8 * Math.max(...Object.values(FUNCTIONS));
    if (major !== 0 || minor < OLDEST_MINOR || bytes <= last) {
      throw new EngineError(
        `The PJRT plugin ${path} is of API version ${major}.${minor}: expected 0.${OLDEST_MINOR} or newer. Use a newer ` +
          `plugin, or unset NJEPA_PJRT so that one is found or fetched.`,
      );
    }
    this.call("Plugin_Initialize", "starting", []);
  }

  /** @throws {PjrtError} when the plugin returns an error */
  call(name: PjrtFunction, what: string, fields: Fields): Answer {
    const args = struct(fields);
    this.check(this.function(name)(args), what);
    return answer(args);
  }

  /** Like `call`, on its own thread, so that the event loop stays free. */
  async callAsync(name: PjrtFunction, what: string, fields: Fields): Promise<Answer> {
    const args = struct(fields);
    const error = await new Promise<Pointer | null>((resolve, reject) =>
      this.function(name).async(args, (failed, result) => (failed ? reject(failed) : resolve(result))),
    );
    this.check(error, what);
    return answer(args);
  }

  /** A call with nothing but a pointer, of which a step makes thousands: its struct is used again. */
  release(name: PjrtFunction, what: string, pointer: Pointer): void {
    const args = this.releases.get(name) ?? struct([pointer]);
    this.releases.set(name, args);
    args[2] = pointer;
    this.check(this.function(name)(args), what);
  }

  /** Waits for an event and frees it; zero means no event. */
  await(event: Pointer, what: string): void {
    if (event === 0n) return;
    try {
      this.call("Event_Await", what, [event]);
    } finally {
      this.release("Event_Destroy", what, event);
    }
  }

  async awaitAsync(event: Pointer, what: string): Promise<void> {
    if (event === 0n) return;
    try {
      await this.callAsync("Event_Await", what, [event]);
    } finally {
      this.release("Event_Destroy", what, event);
    }
  }

  /** Frees a serialized program's memory with the function that came with it. */
  freeSerialized(deleter: Pointer, serialized: Pointer): void {
    prototype ??= koffi.proto("void *PJRT_Function(void *args)");
    if (deleter !== 0n) koffi.call(deleter, prototype, serialized);
  }

  private function(name: PjrtFunction): NativeFunction {
    let found = this.functions.get(name);
    if (found === undefined) {
      prototype ??= koffi.proto("void *PJRT_Function(void *args)");
      const address = koffi.decode(this.table, 40 + 8 * FUNCTIONS[name], "void *");
      found = koffi.decode(address, prototype) as unknown as NativeFunction;
      this.functions.set(name, found);
    }
    return found;
  }

  private check(error: Pointer | null, what: string): void {
    if (error === null || error === 0n) return;
    const message = struct([error]);
    this.function("Error_Message")(message);
    const detail = Arena.text(answer(message).pointer(1), answer(message).number(2));
    const code = struct([error]);
    this.function("Error_GetCode")(code);
    this.function("Error_Destroy")(struct([error]));
    throw new PjrtError(codeName(answer(code).number(1) & 0xffffffff), what, detail);
  }
}

/** koffi's type names are global to the process and may be declared only once. */
let prototype: ReturnType<typeof koffi.proto> | null = null;

function open(path: string): Pointer {
  try {
    holdOpen(path);
    return (koffi.load(path, { lazy: true }).func("void *GetPjrtApi()") as () => Pointer)();
  } catch (error) {
    throw new EngineError(
      `${path} cannot be loaded as a PJRT plugin: ${(error as Error).message}. Correct NJEPA_PJRT, or unset it.`,
      { cause: error },
    );
  }
}

function struct(fields: Fields): BigUint64Array {
  const args = new BigUint64Array(2 + fields.length + SPARE_FIELDS);
  args[0] = BigInt(args.byteLength);
  fields.forEach((field, index) => {
    args[index + 2] = BigInt.asUintN(64, BigInt(field));
  });
  return args;
}

function answer(args: BigUint64Array): Answer {
  return {
    pointer: (field) => args[field + 2] as bigint,
    number: (field) => Number(BigInt.asIntN(64, args[field + 2] as bigint)),
  };
}
