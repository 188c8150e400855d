import { EngineError } from "../../errors";
import { invocation } from "../../system";
import { requireSupportedVersion, type TensorFlowLibrary } from "../provision";
import { holdOpen, koffi } from "./koffi";
import { eagerApi, graphApi } from "./op-api";
import type { Pointer } from "./pointer";

/**
 * The part of TensorFlow's C API that the engine calls. The signatures are those of tensorflow/c/c_api.h and
 * tensorflow/c/eager/c_api.h at v2.21.0; the declared C types convert the arguments, the TypeScript types are ours.
 */
export function loadCApi(location: TensorFlowLibrary) {
  for (const path of [location.framework, location.library]) holdOpen(path);
  const [framework, library] = [load(location.framework), load(location.library)];
  const version = (library.func("const char *TF_Version()") as () => string)();
  requireSupportedVersion(version, location);

  if (!declared) {
    koffi.struct("TF_Output", { oper: "void *", index: "int" });
    koffi.struct("TF_Buffer", { data: "void *", length: "size_t", deallocator: "void *" });
    declared = true;
  }
  const declare = <F>(definition: string) => library.func(definition) as unknown as F;
  const optional = <F>(definition: string): F | null => {
    try {
      return framework.func(definition) as unknown as F;
    } catch {
      return null;
    }
  };
  type Flag = (enabled: boolean) => void;
  type Free = (object: Pointer) => void;

  return {
    version,
    // Not in the C API: C++ functions by their mangled names. Null where a build lacks one.
    /** `tsl::EnableOpDeterminism(bool)`. */
    enableOpDeterminism: optional<Flag>("void _ZN3tsl19EnableOpDeterminismEb(bool enabled)"),
    /** `absl::SetMinLogLevel(LogSeverityAtLeast)`. */
    setMinLogLevel: optional<(severity: number) => void>(
      "void _ZN4absl12lts_2025081414SetMinLogLevelENS0_18LogSeverityAtLeastE(int severity)",
    ),
    /** `tsl::Hash64(const char*, size_t, uint64_t)`. */
    hash64: optional<(data: string, length: number, seed: bigint) => number | bigint>(
      "uint64_t _ZN3tsl6Hash64EPKcmm(const char *data, size_t length, uint64_t seed)",
    ),
    newStatus: declare<() => Pointer>("void *TF_NewStatus()"),
    deleteStatus: declare<Free>("void TF_DeleteStatus(void *s)"),
    code: declare<(status: Pointer) => number>("int TF_GetCode(void *s)"),
    message: declare<(status: Pointer) => string>("const char *TF_Message(void *s)"),
    setStatus: declare<(status: Pointer, code: number, message: string) => void>(
      "void TF_SetStatus(void *s, int code, const char *message)",
    ),

    newContextOptions: declare<() => Pointer>("void *TFE_NewContextOptions()"),
    setConfig: declare<(options: Pointer, proto: Uint8Array, bytes: number, status: Pointer) => void>(
      "void TFE_ContextOptionsSetConfig(void *o, const void *proto, size_t n, void *s)",
    ),
    newContext: declare<(options: Pointer, status: Pointer) => Pointer>("void *TFE_NewContext(void *o, void *s)"),
    deleteContextOptions: declare<Free>("void TFE_DeleteContextOptions(void *o)"),
    listDevices: declare<(context: Pointer, status: Pointer) => Pointer>(
      "void *TFE_ContextListDevices(void *c, void *s)",
    ),
    deleteDeviceList: declare<Free>("void TF_DeleteDeviceList(void *l)"),
    deviceCount: declare<(list: Pointer) => number>("int TF_DeviceListCount(void *l)"),
    deviceName: declare<(list: Pointer, index: number, status: Pointer) => string>(
      "const char *TF_DeviceListName(void *l, int i, void *s)",
    ),
    deviceType: declare<(list: Pointer, index: number, status: Pointer) => string>(
      "const char *TF_DeviceListType(void *l, int i, void *s)",
    ),
    deviceBytes: declare<(list: Pointer, index: number, status: Pointer) => number | bigint>(
      "int64_t TF_DeviceListMemoryBytes(void *l, int i, void *s)",
    ),

    allocateTensor: declare<(dtype: number, dims: BigInt64Array, rank: number, bytes: number) => Pointer>(
      "void *TF_AllocateTensor(int t, const int64_t *d, int n, size_t bytes)",
    ),
    tensorData: declare<(tensor: Pointer) => Pointer>("void *TF_TensorData(void *t)"),
    tensorBytes: declare<(tensor: Pointer) => number | bigint>("size_t TF_TensorByteSize(void *t)"),
    deleteTensor: declare<Free>("void TF_DeleteTensor(void *t)"),
    newHandle: declare<(tensor: Pointer, status: Pointer) => Pointer>("void *TFE_NewTensorHandle(void *t, void *s)"),
    resolveHandle: declare<(handle: Pointer, status: Pointer) => Pointer>(
      "void *TFE_TensorHandleResolve(void *h, void *s)",
    ),
    shareHandle: declare<(handle: Pointer, status: Pointer) => Pointer>(
      "void *TFE_TensorHandleCopySharingTensor(void *h, void *s)",
    ),
    deleteHandle: declare<Free>("void TFE_DeleteTensorHandle(void *h)"),
    handleDtype: declare<(handle: Pointer) => number>("int TFE_TensorHandleDataType(void *h)"),
    handleRank: declare<(handle: Pointer, status: Pointer) => number>("int TFE_TensorHandleNumDims(void *h, void *s)"),
    handleDim: declare<(handle: Pointer, axis: number, status: Pointer) => number | bigint>(
      "int64_t TFE_TensorHandleDim(void *h, int i, void *s)",
    ),
    copyIn: koffi.load(null).func("void *memcpy(void *to, const void *from, size_t n)") as unknown as (
      to: Pointer,
      from: ArrayBufferView,
      bytes: number,
    ) => void,
    copyOut: koffi
      .load(null)
      .func("memcpy", "void *", [koffi.out(koffi.pointer("uint8_t")), "void *", "size_t"]) as unknown as (
      to: Uint8Array,
      from: Pointer,
      bytes: number,
    ) => void,
    stringInit: declare<(string: Pointer) => void>("void TF_StringInit(void *t)"),
    stringView: declare<(string: Pointer, bytes: Uint8Array, length: number) => void>(
      "void TF_StringAssignView(void *t, const void *bytes, size_t n)",
    ),
    stringBytes: declare<(string: Pointer) => Pointer>("void *TF_StringGetDataPointer(void *t)"),
    stringLength: declare<(string: Pointer) => number | bigint>("size_t TF_StringGetSize(void *t)"),

    eager: eagerApi(library),
    graph: graphApi(library),
    /** A copy of the bytes of a TF_Buffer. */
    bufferBytes(buffer: Pointer): Uint8Array {
      const { data, length } = koffi.decode(buffer, "TF_Buffer") as { data: Pointer; length: number | bigint };
      const bytes = new Uint8Array(Number(length));
      if (bytes.length > 0) this.copyOut(bytes, data, bytes.length);
      return bytes;
    },
  };
}

/** @throws {EngineError} with the loader's reason: a damaged file, another processor's, too many open files */
function load(path: string) {
  try {
    return koffi.load(path, { lazy: true });
  } catch (error) {
    throw new EngineError(
      `${path} cannot be loaded: ${(error as Error).message}. If the file is damaged, remove its folder and let ` +
        `"${invocation("setup")}" fetch it again.`,
      { cause: error },
    );
  }
}

/** koffi's type names are global to the process and may be declared only once. */
let declared = false;

export type CApi = ReturnType<typeof loadCApi>;
