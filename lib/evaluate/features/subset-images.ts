import type { Split } from "../../data";
import type { EncoderSource, EncoderWeights } from "./encoder-weights";

/** The images of a subset, and the encoder that its features came from. */
export interface SubsetImages {
  run: EncoderSource["run"];
  weights: EncoderWeights;
  /** Number of last blocks that features are taken from. */
  blocks: number;
  train: Split;
  test: Split;
  /** The subset's places in `train`, in the order of the training features. */
  places: Int32Array;
}
