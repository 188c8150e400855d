import { complex } from "./complex";
import { convolutions } from "./convolutions";
import { dilations } from "./dilations";
import { elementwise } from "./elementwise";
import { indices } from "./indices";
import { normalizations } from "./normalizations";
import type { Lowering } from "./op";
import { pools } from "./pools";
import { products } from "./products";
import { reductions } from "./reductions";
import { resampling } from "./resampling";
import { shapes } from "./shapes";
import { slices } from "./slices";

/** The StableHLO lowering of each TensorFlow op. */
export const LOWERINGS: ReadonlyMap<string, Lowering> = new Map(
  Object.entries({
    ...elementwise,
    ...shapes,
    ...slices,
    ...reductions,
    ...products,
    ...indices,
    ...convolutions,
    ...pools,
    ...dilations,
    ...resampling,
    ...normalizations,
    ...complex,
  }),
);
