import * as tf from "@tensorflow/tfjs-core";
import { TensorFlowError } from "../native/status";
import { attribute, type BackendOp } from "./backend-op";

/**
 * Gather without reading indices on the host. tfjs-node's GatherV2 does so to check them, which waits for the device at
 * every call and cannot be captured; TensorFlow's own op checks them on a CPU.
 */
export const gather: BackendOp = {
  name: "GatherV2",
  run: ({ inputs, attrs }, runOp) => {
    const { x, indices } = inputs as { x: tf.Tensor; indices: tf.Tensor };
    const [axis] = tf.util.parseAxisParam(attrs.axis, x.shape) as [number];
    tf.backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, attrs.batchDims);
    const axisTensor = tf.scalar(attrs.axis, "int32");
    try {
      const attributes = [attribute.int("batch_dims", attrs.batchDims)];
      return runOp("GatherV2", [x, indices, axisTensor], { attributes })[0] as tf.Tensor;
    } catch (error) {
      throw inTensorFlowJsWords(error, x.shape[axis] as number);
    } finally {
      axisTensor.dispose();
    }
  },
};

/** TensorFlow says `indices[3] = 7 is not in [0, 5)`; users of TensorFlow.js expect its own message. */
function inTensorFlowJsWords(error: unknown, size: number): unknown {
  if (!(error instanceof TensorFlowError)) return error;
  const [, index] = /= (-?\d+) is not in \[0, \d+\)/.exec(error.message) ?? [];
  if (index === undefined) return error;
  return new TensorFlowError(error.code, error.op, `GatherV2: the index value ${index} is not in [0, ${size - 1}]`);
}
