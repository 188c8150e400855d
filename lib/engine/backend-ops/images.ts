import * as tf from "@tensorflow/tfjs-core";
import { attribute, type BackendOp } from "./backend-op";

/** Ops on images. */

const transform: BackendOp = {
  name: "Transform",
  run: ({ inputs, attrs }, runOp) =>
    tf.tidy(() => {
      const { image, transforms } = inputs as { image: tf.Tensor4D; transforms: tf.Tensor };
      const [, height, width] = image.shape;
      const size = tf.tensor1d(attrs.outputShape ?? [height, width], "int32");
      const attributes = [
        attribute.string("interpolation", attrs.interpolation.toUpperCase()),
        attribute.string("fill_mode", attrs.fillMode.toUpperCase()),
      ];
      const given = [image, transforms, size, tf.scalar(attrs.fillValue)];
      return runOp("ImageProjectiveTransformV3", given, { attributes })[0] as tf.Tensor;
    }),
};

const maxPoolWithArgmax: BackendOp = {
  name: "MaxPoolWithArgmax",
  run: ({ inputs, attrs }, runOp) => {
    const x = inputs.x as tf.Tensor4D;
    const info = tf.backend_util.computePool2DInfo(x.shape, attrs.filterSize, attrs.strides, [1, 1], attrs.pad);
    const attributes = [
      attribute.int("ksize", [1, info.filterHeight, info.filterWidth, 1]),
      attribute.int("strides", [1, info.strideHeight, info.strideWidth, 1]),
      attribute.string("padding", info.padInfo.type),
      attribute.bool("include_batch_in_index", attrs.includeBatchInIndex),
      attribute.type("Targmax", "int64"),
    ];
    return runOp("MaxPoolWithArgmax", [x], { attributes, outputs: 2 });
  },
};

export const images = [transform, maxPoolWithArgmax];
