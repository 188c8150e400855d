/** Backend ops beyond tfjs-node's: those it lacks, and those that TensorFlow 2.21 or capture needs in another form. */

import type { BackendOp } from "./backend-op";
import { gather } from "./gather";
import { images } from "./images";
import { ragged } from "./ragged";
import { searchAndCount } from "./search-and-count";
import { semanticFixes } from "./semantic-fixes";
import { sparse } from "./sparse";
import { strings } from "./strings";

export type { BackendOp, RunOp } from "./backend-op";
export const backendOps: BackendOp[] = [
  gather,
  ...semanticFixes,
  ...images,
  ...searchAndCount,
  ...ragged,
  ...sparse,
  ...strings,
];
