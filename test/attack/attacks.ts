import type { Attack } from "./attack";
import { disks, hostileSettings, orphans } from "./commands";
import { foreignLocks, killedHolders } from "./locks";
import { packedData } from "./packed";
import { killedRunner, sharedIndex } from "./reports";
import { killedTraining } from "./training";

/** Every attack, in the order in which they run. */
export const attacks: readonly Attack[] = [
  foreignLocks,
  killedHolders,
  orphans,
  hostileSettings,
  packedData,
  sharedIndex,
  killedRunner,
  disks,
  killedTraining,
];
