import type * as tf from "@tensorflow/tfjs-core";
import { attribute, type BackendOp, oneOp } from "./backend-op";

/** Ops on ragged tensors, as values and row splits. */

const gather: BackendOp = {
  name: "RaggedGather",
  run: ({ inputs, attrs }, runOp) => {
    const splits = inputs.paramsNestedSplits as unknown as tf.Tensor[];
    const values = inputs.paramsDenseValues as tf.Tensor;
    const attributes = [
      attribute.int("PARAMS_RAGGED_RANK", splits.length),
      attribute.int("OUTPUT_RAGGED_RANK", attrs.outputRaggedRank),
      attribute.type("Tsplits", "int32"),
      attribute.type("Tindices", "int32"),
      attribute.type("Tvalues", values.dtype as "float32"),
    ];
    const given = [...splits, values, inputs.indices as tf.Tensor];
    return runOp("RaggedGather", given, { attributes, outputs: attrs.outputRaggedRank + 1 });
  },
};

const toTensor: BackendOp = {
  name: "RaggedTensorToTensor",
  run: ({ inputs, attrs }, runOp) => {
    const partitions = inputs.rowPartitionTensors as unknown as tf.Tensor[];
    const attributes = [
      attribute.int("num_row_partition_tensors", partitions.length),
      attribute.type("Tindex", "int32"),
      attribute.string("row_partition_types", attrs.rowPartitionTypes),
    ];
    const given = [inputs.shape, inputs.values, inputs.defaultValue, ...partitions] as tf.Tensor[];
    return runOp("RaggedTensorToTensor", given, { attributes })[0] as tf.Tensor;
  },
};

const range = oneOp("RaggedRange", ["starts", "limits", "deltas"], () => ({
  outputs: 2,
  attributes: [attribute.type("Tsplits", "int32")],
}));

export const ragged = [gather, toTensor, range];
