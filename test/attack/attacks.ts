import type { Attack } from "./attack";
import { hostilePages } from "./browser";
import { disks, hostileSettings, orphans } from "./commands";
import { foreignLocks, killedHolders } from "./locks";
import { packedData } from "./packed";
import { protocolFloods } from "./protocol";
import { killedRunner, sharedIndex } from "./reports";
import { fullDisks, killedSetup } from "./setup";
import { soak } from "./soak";
import { killedStudy } from "./studies";
import { killedTraining } from "./training";

/** Every attack, in the order in which they run. */
export const attacks: readonly Attack[] = [
  foreignLocks,
  killedHolders,
  orphans,
  hostileSettings,
  packedData,
  hostilePages,
  sharedIndex,
  killedRunner,
  disks,
  fullDisks,
  protocolFloods,
  killedSetup,
  killedStudy,
  killedTraining,
  soak,
];
