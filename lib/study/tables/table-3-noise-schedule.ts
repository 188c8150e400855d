import type { StudyInput } from "../../config";
import { printed } from "./paper";
import { lowWeights, nJepa, singleLevel, topOne } from "./rows";

/** Table 3. */
export const table3: StudyInput = {
  name: "table-3-noise-schedule",
  title: "Table 3: one noise level or several",
  asks: "Is noise drawn anew for each target block better than one draw for all of them?",
  found: "Multi-level gains more than single-level noise. Every cell is lost; 67.9 and 68.3 if it repeats Table 5a.",
  rows: [
    { name: "single-level", settings: nJepa(lowWeights, "edm-single"), paper: printed("table3", 0) },
    { name: "multi-level", settings: nJepa(lowWeights, "edm"), paper: printed("table3", 1) },
  ],
  columns: topOne,
  notes: singleLevel,
  claims: [
    {
      says: "multi-level noise is better than single-level noise",
      orderings: [{ below: "single-level", above: "multi-level" }],
    },
  ],
};
