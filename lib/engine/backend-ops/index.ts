/** Kernels beside tfjs-node's: those that it lacks, and those that TensorFlow 2.21 or a capture needs otherwise. */

import type { EngineKernel } from "./backend-op";
import { gather } from "./gather";
import { images } from "./images";
import { ragged } from "./ragged";
import { searchAndCount } from "./search-and-count";
import { otherMeanings } from "./semantic-fixes";
import { sparse } from "./sparse";
import { strings } from "./strings";

export type { EngineKernel, RunOp } from "./backend-op";
export const engineKernels: EngineKernel[] = [
  gather,
  ...otherMeanings,
  ...images,
  ...searchAndCount,
  ...ragged,
  ...sparse,
  ...strings,
];
