import * as tf from "@tensorflow/tfjs-core";
import { attribute, type BackendOp } from "./backend-op";

/** Where a value belongs in a sorted sequence, and how often an index occurs. */

const searchSorted: BackendOp = {
  name: "SearchSorted",
  run: ({ inputs, attrs }, runOp) => {
    const op = attrs.side === "left" ? "LowerBound" : "UpperBound";
    const attributes = [attribute.type("out_type", "int32")];
    return runOp(op, [inputs.sortedSequence as tf.Tensor, inputs.values as tf.Tensor], { attributes })[0] as tf.Tensor;
  },
};

const denseBincount: BackendOp = {
  name: "DenseBincount",
  run: ({ inputs, attrs }, runOp) =>
    tf.tidy(() => {
      const { x, weights } = inputs as { x: tf.Tensor; weights: tf.Tensor };
      const attributes = [attribute.bool("binary_output", attrs.binaryOutput ?? false)];
      return runOp("DenseBincount", [x, tf.scalar(attrs.size, "int32"), weights], { attributes })[0] as tf.Tensor;
    }),
};

export const searchAndCount = [searchSorted, denseBincount];
