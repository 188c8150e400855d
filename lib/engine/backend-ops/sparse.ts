import { type BackendOp, oneOp } from "./backend-op";

/** Ops on sparse tensors, as indices, values and a shape. */
export const sparse: BackendOp[] = [
  oneOp("SparseFillEmptyRows", ["indices", "values", "denseShape", "defaultValue"], () => ({
    outputs: 4,
    int64: [0, 2],
  })),
  oneOp("SparseReshape", ["inputIndices", "inputShape", "newShape"], () => ({ outputs: 2, int64: [0, 1, 2] })),
  oneOp("SparseSegmentMean", ["data", "indices", "segmentIds"]),
  oneOp("SparseSegmentSum", ["data", "indices", "segmentIds"]),
];
