import { elementwise } from "./elementwise";
import { indices } from "./indices";
import type { Lowering } from "./op";
import { products } from "./products";
import { reductions } from "./reductions";
import { shapes } from "./shapes";
import { slices } from "./slices";

/** How each TensorFlow op is written in StableHLO. */
export const LOWERINGS: ReadonlyMap<string, Lowering> = new Map(
  Object.entries({ ...elementwise, ...shapes, ...slices, ...reductions, ...products, ...indices }),
);
