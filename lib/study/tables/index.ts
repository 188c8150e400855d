import type { StudyInput } from "../../config";
import { checkpoints } from "./checkpoints";
import { figure4, figure5 } from "./figures";
import { healthRuns } from "./health-runs";
import { learned } from "./learned";
import { noiseReadings } from "./noise-readings";
import { table1 } from "./table-1-loss-selection";
import { table2 } from "./table-2-loss-weights";
import { table3 } from "./table-3-noise-schedule";
import { table4 } from "./table-4-linear-evaluation";
import { table5a, table5b, table6a } from "./table-5-6-ablations";
import { table6b } from "./table-6b-low-shot";

const all = [
  table5a,
  table4,
  table6b,
  learned,
  table3,
  table1,
  table2,
  table5b,
  table6a,
  figure4,
  figure5,
  checkpoints,
  noiseReadings,
  healthRuns,
];

/**
 * The paper's tables and figures by name, in the order in which `all` runs them: those that others share come first.
 */
export const studies: Readonly<Record<string, StudyInput>> = Object.fromEntries(all.map((one) => [one.name, one]));
