import { librariesBefore, requireSupportedVersion, type TensorFlowLibrary } from "../provision";
import { koffi } from "./koffi";

/** An address in TensorFlow's memory; koffi hands pointers over as bigint. */
export type Pointer = bigint;

/** One output of one operation of a graph under construction (TF_Output). */
export interface GraphOutput {
  oper: Pointer;
  index: number;
}

/** `dlopen` flags: resolve everything now, and never unload. */
const RTLD_NOW = 2;
const RTLD_NODELETE = process.platform === "darwin" ? 0x80 : 0x1000;

/**
 * TensorFlow's C API, as far as the engine calls it. The signatures are those of tensorflow/c/c_api.h and
 * tensorflow/c/eager/c_api.h at v2.21.0; the declared C types convert the arguments, the TypeScript ones are ours.
 */
export function loadCApi(location: TensorFlowLibrary) {
  // koffi closes its libraries while Node winds down, and TensorFlow's own clean-up then runs code that is gone:
  // a segmentation fault at every exit. Held open once more with NODELETE, the code stays until the process ends.
  const open = koffi.load(null).func("void *dlopen(const char *path, int flags)");
  for (const path of librariesBefore(location)) open(path, RTLD_NOW | RTLD_NODELETE);
  open(location.framework, RTLD_NOW | RTLD_NODELETE);
  open(location.library, RTLD_NOW | RTLD_NODELETE);
  const framework = koffi.load(location.framework, { lazy: true });
  const library = koffi.load(location.library, { lazy: true });
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
  type SetAttribute<V> = (op: Pointer, name: string, value: V) => void;
  type SetAttributeList<V> = (op: Pointer, name: string, values: V, length: number) => void;

  type SetStrings = (op: Pointer, name: string, values: string[], lengths: BigUint64Array, count: number) => void;

  return {
    version,
    // Not of the C API: C++ functions by their names in the library. A build that lacks one gives null.
    /** `tsl::EnableOpDeterminism(bool)`. */
    enableOpDeterminism: optional<Flag>("void _ZN3tsl19EnableOpDeterminismEb(bool enabled)"),
    /** `tsl::enable_tensor_float_32_execution(bool)`. */
    enableTensorFloat32: optional<Flag>("void _ZN3tsl32enable_tensor_float_32_executionEb(bool enabled)"),
    /** `absl::SetMinLogLevel(LogSeverityAtLeast)`. */
    setMinLogLevel: optional<(severity: number) => void>(
      "void _ZN4absl12lts_2025081414SetMinLogLevelENS0_18LogSeverityAtLeastE(int severity)",
    ),
    newStatus: declare<() => Pointer>("void *TF_NewStatus()"),
    deleteStatus: declare<Free>("void TF_DeleteStatus(void *s)"),
    code: declare<(status: Pointer) => number>("int TF_GetCode(void *s)"),
    message: declare<(status: Pointer) => string>("const char *TF_Message(void *s)"),

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
    stringCopy: declare<(string: Pointer, bytes: Uint8Array, length: number) => void>(
      "void TF_StringCopy(void *t, const void *bytes, size_t n)",
    ),
    stringView: declare<(string: Pointer, bytes: Uint8Array, length: number) => void>(
      "void TF_StringAssignView(void *t, const void *bytes, size_t n)",
    ),
    stringBytes: declare<(string: Pointer) => Pointer>("void *TF_StringGetDataPointer(void *t)"),
    stringLength: declare<(string: Pointer) => number | bigint>("size_t TF_StringGetSize(void *t)"),

    eager: {
      newOp: declare<(context: Pointer, name: string, status: Pointer) => Pointer>(
        "void *TFE_NewOp(void *c, const char *name, void *s)",
      ),
      deleteOp: declare<Free>("void TFE_DeleteOp(void *op)"),
      addInput: declare<(op: Pointer, handle: Pointer, status: Pointer) => void>(
        "void TFE_OpAddInput(void *op, void *h, void *s)",
      ),
      setType: declare<SetAttribute<number>>("void TFE_OpSetAttrType(void *op, const char *n, int v)"),
      setInt: declare<SetAttribute<number>>("void TFE_OpSetAttrInt(void *op, const char *n, int64_t v)"),
      setFloat: declare<SetAttribute<number>>("void TFE_OpSetAttrFloat(void *op, const char *n, float v)"),
      setBool: declare<SetAttribute<number>>("void TFE_OpSetAttrBool(void *op, const char *n, uint8_t v)"),
      setString: declare<SetAttributeList<string>>(
        "void TFE_OpSetAttrString(void *op, const char *n, const char *v, size_t length)",
      ),
      setStringList: declare<SetStrings>(
        "void TFE_OpSetAttrStringList(void *op, const char *n, const char **v, const size_t *lengths, int count)",
      ),
      setShape: declare<(op: Pointer, name: string, dims: BigInt64Array, rank: number, status: Pointer) => void>(
        "void TFE_OpSetAttrShape(void *op, const char *n, const int64_t *d, int rank, void *s)",
      ),
      setIntList: declare<SetAttributeList<BigInt64Array>>(
        "void TFE_OpSetAttrIntList(void *op, const char *n, const int64_t *v, int length)",
      ),
      setTypeList: declare<SetAttributeList<Int32Array>>(
        "void TFE_OpSetAttrTypeList(void *op, const char *n, const int *v, int length)",
      ),
      execute: library.func("void TFE_Execute(void *op, void **out, int *count, void *s)") as unknown as {
        (op: Pointer, outputs: BigUint64Array, count: Int32Array, status: Pointer): void;
        async(
          op: Pointer,
          outputs: BigUint64Array,
          count: Int32Array,
          status: Pointer,
          done: (error: Error | null) => void,
        ): void;
      },
    },

    graph: {
      create: declare<() => Pointer>("void *TF_NewGraph()"),
      delete: declare<Free>("void TF_DeleteGraph(void *g)"),
      newOp: declare<(graph: Pointer, type: string, name: string) => Pointer>(
        "void *TF_NewOperation(void *g, const char *type, const char *name)",
      ),
      finishOp: declare<(op: Pointer, status: Pointer) => Pointer>("void *TF_FinishOperation(void *op, void *s)"),
      addInput: declare<(op: Pointer, input: GraphOutput) => void>("void TF_AddInput(void *op, TF_Output in)"),
      addInputList: declare<(op: Pointer, inputs: GraphOutput[], count: number) => void>(
        "void TF_AddInputList(void *op, const TF_Output *in, int n)",
      ),
      addControlInput: declare<(op: Pointer, before: Pointer) => void>(
        "void TF_AddControlInput(void *op, void *before)",
      ),
      setType: declare<SetAttribute<number>>("void TF_SetAttrType(void *op, const char *n, int v)"),
      setInt: declare<SetAttribute<number>>("void TF_SetAttrInt(void *op, const char *n, int64_t v)"),
      setFloat: declare<SetAttribute<number>>("void TF_SetAttrFloat(void *op, const char *n, float v)"),
      setBool: declare<SetAttribute<number>>("void TF_SetAttrBool(void *op, const char *n, uint8_t v)"),
      setString: declare<SetAttributeList<string>>(
        "void TF_SetAttrString(void *op, const char *n, const char *v, size_t length)",
      ),
      setStringList: declare<SetStrings>(
        "void TF_SetAttrStringList(void *op, const char *n, const char **v, const size_t *lengths, int count)",
      ),
      setShape: declare<SetAttributeList<BigInt64Array>>(
        "void TF_SetAttrShape(void *op, const char *n, const int64_t *d, int rank)",
      ),
      setIntList: declare<SetAttributeList<BigInt64Array>>(
        "void TF_SetAttrIntList(void *op, const char *n, const int64_t *v, int length)",
      ),
      setTypeList: declare<SetAttributeList<Int32Array>>(
        "void TF_SetAttrTypeList(void *op, const char *n, const int *v, int length)",
      ),
      setTensor: declare<(op: Pointer, name: string, tensor: Pointer, status: Pointer) => void>(
        "void TF_SetAttrTensor(void *op, const char *n, void *t, void *s)",
      ),
      rank: declare<(graph: Pointer, output: GraphOutput, status: Pointer) => number>(
        "int TF_GraphGetTensorNumDims(void *g, TF_Output o, void *s)",
      ),
      shape: declare<(graph: Pointer, output: GraphOutput, dims: BigInt64Array, rank: number, status: Pointer) => void>(
        "void TF_GraphGetTensorShape(void *g, TF_Output o, _Out_ int64_t *d, int rank, void *s)",
      ),
      setTensorShape: declare<
        (graph: Pointer, output: GraphOutput, dims: BigInt64Array, rank: number, status: Pointer) => void
      >("void TF_GraphSetTensorShape(void *g, TF_Output o, const int64_t *d, int rank, void *s)"),
      outputType: declare<(output: GraphOutput) => number>("int TF_OperationOutputType(TF_Output o)"),
      opDefinition: declare<(graph: Pointer, type: string, buffer: Pointer, status: Pointer) => void>(
        "void TF_GraphGetOpDef(void *g, const char *type, void *buffer, void *s)",
      ),
      toFunction: declare<
        (
          graph: Pointer,
          name: string,
          appendHash: number,
          opCount: number,
          ops: null,
          inputCount: number,
          inputs: GraphOutput[],
          outputCount: number,
          outputs: GraphOutput[],
          outputNames: null,
          controlCount: number,
          controls: Pointer[],
          controlNames: null,
          options: null,
          description: null,
          status: Pointer,
        ) => Pointer
      >(
        "void *TF_GraphToFunctionWithControlOutputs(void *g, const char *name, uint8_t hash, int n, const void *ops, " +
          "int ni, const TF_Output *in, int no, const TF_Output *out, const char **names, int nc, void **controls, " +
          "const char **cnames, const void *options, const char *description, void *s)",
      ),
      deleteFunction: declare<Free>("void TF_DeleteFunction(void *f)"),
      addFunction: declare<(context: Pointer, fn: Pointer, status: Pointer) => void>(
        "void TFE_ContextAddFunction(void *c, void *f, void *s)",
      ),
      removeFunction: declare<(context: Pointer, name: string, status: Pointer) => void>(
        "void TFE_ContextRemoveFunction(void *c, const char *name, void *s)",
      ),
      newBuffer: declare<() => Pointer>("void *TF_NewBuffer()"),
      deleteBuffer: declare<Free>("void TF_DeleteBuffer(void *b)"),
    },
    /** The bytes of a TF_Buffer, copied. */
    bufferBytes(buffer: Pointer): Uint8Array {
      const { data, length } = koffi.decode(buffer, "TF_Buffer") as { data: Pointer; length: number | bigint };
      const bytes = new Uint8Array(Number(length));
      if (bytes.length > 0) this.copyOut(bytes, data, bytes.length);
      return bytes;
    },
  };
}

/** koffi's type names are global to the process and may be given once. */
let declared = false;

export type CApi = ReturnType<typeof loadCApi>;
