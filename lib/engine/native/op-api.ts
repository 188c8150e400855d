import type { koffi } from "./koffi";
import type { GraphOutput, Pointer } from "./pointer";

type Library = ReturnType<typeof koffi.load>;
type Free = (object: Pointer) => void;
type SetAttribute<V> = (op: Pointer, name: string, value: V) => void;
type SetAttributeList<V> = (op: Pointer, name: string, values: V, length: number) => void;
type SetStrings = (op: Pointer, name: string, values: string[], lengths: BigUint64Array, count: number) => void;

/** The part of the C API that makes and runs a single op (tensorflow/c/eager/c_api.h at v2.21.0). */
export function eagerApi(library: Library) {
  const declare = <F>(definition: string) => library.func(definition) as unknown as F;
  return {
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
    setProto: declare<(op: Pointer, name: string, proto: Uint8Array, length: number, status: Pointer) => void>(
      "void TFE_OpSetAttrValueProto(void *op, const char *n, const void *proto, size_t length, void *s)",
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
  };
}

/** The part of the C API that builds a graph and turns it into a function (tensorflow/c/c_api.h at v2.21.0). */
export function graphApi(library: Library) {
  const declare = <F>(definition: string) => library.func(definition) as unknown as F;
  return {
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
    addControlInput: declare<(op: Pointer, before: Pointer) => void>("void TF_AddControlInput(void *op, void *before)"),
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
  };
}
