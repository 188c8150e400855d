import type { CApi } from "./c-api";
import { TF } from "./dtype";
import type { Pointer } from "./pointer";
import { check } from "./status";

/** The type under which the CPU device keeps XLA's compiler, as the C++ ABI writes it. */
const COMPILER = "N10tensorflow14DeviceCompilerIN3xla15LocalExecutableENS1_11LocalClientEEE";

/**
 * A function that drops every program which TensorFlow's XLA has compiled in this process, or null where the library
 * does not export what its handle takes. No program may run meanwhile; functions that still exist are compiled again at
 * their next call.
 *
 * TensorFlow itself drops none, also not those of functions that were removed: the cache has "no eviction policy"
 * (tensorflow/compiler/jit/device_compilation_cache.h). But the cache is a resource of its device, and any resource can
 * be destroyed through a handle with its name and the hash of its type; the next compilation makes another.
 */
export function xlaCacheDropper(api: CApi, context: Pointer): (() => void) | null {
  const { hash64 } = api;
  if (hash64 === null) return null;
  let handle: Pointer | null = null;
  return () => {
    const status = api.newStatus();
    handle ??= resourceHandle(api, context, BigInt(hash64(COMPILER, COMPILER.length, HASH_SEED)), status);
    const op = api.eager.newOp(context, "DestroyResourceOp", status);
    try {
      api.eager.addInput(op, handle, status);
      api.eager.setBool(op, "ignore_lookup_error", 1);
      api.eager.execute(op, new BigUint64Array(1), Int32Array.of(0), status);
      check(api, status, "dropping compiled programs");
    } finally {
      api.eager.deleteOp(op);
      api.deleteStatus(status);
    }
  };
}

/** tsl::Hash64's own. */
const HASH_SEED = 0xdecafcaffen;

/** A constant of a resource handle (tensorflow/core/framework/resource_handle.proto): the C API makes none directly. */
function resourceHandle(api: CApi, context: Pointer, typeHash: bigint, status: Pointer): Pointer {
  const handle = Buffer.concat([
    field(1, Buffer.from("/job:localhost/replica:0/task:0/device:CPU:0")),
    field(2, Buffer.from("localhost")),
    field(3, Buffer.from("xla_device_compiler")),
    Buffer.from([(4 << 3) | 0, ...varint(typeHash)]),
  ]);
  // An AttrValue with a TensorProto: dtype, a shape without dimensions, one handle.
  const tensor = Buffer.concat([
    Buffer.from([(1 << 3) | 0, TF.resource]),
    field(2, Buffer.alloc(0)),
    field(14, handle),
  ]);
  const value = field(8, tensor);
  const op = api.eager.newOp(context, "Const", status);
  try {
    api.eager.setType(op, "dtype", TF.resource);
    api.eager.setProto(op, "value", value, value.length, status);
    const output = new BigUint64Array(1);
    api.eager.execute(op, output, Int32Array.of(1), status);
    check(api, status, "a handle of compiled programs");
    return output[0] as Pointer;
  } finally {
    api.eager.deleteOp(op);
  }
}

/** A protobuf field of bytes; all here are shorter than 128. */
function field(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}

function varint(value: bigint): number[] {
  const low = Number(value & 127n);
  return value > 127n ? [low | 128, ...varint(value >> 7n)] : [low];
}
