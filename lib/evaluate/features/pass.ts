import type { Dataset, SplitName } from "../../data";
import type { EncoderSource, EncoderWeights } from "./encoder-weights";

/** The images of a split to compute features for: all, or those at some places, ascending. */
export interface WantedImages {
  data: Dataset;
  split: SplitName;
  places: Int32Array;
}

/** What one pass over the images computes. */
export interface Pass {
  run: EncoderSource["run"];
  weights: EncoderWeights;
  blocks: number;
  width: number;
}
