import { ready } from "../../lib/engine";
import { findPjrtPlugin } from "../../lib/engine/provision";

/** Whether PJRT's CPU plugin is here or can be fetched; where not, its tests are skipped for want of it. */
export async function hasPlugin(): Promise<boolean> {
  await ready({ backend: "tensorflow" });
  return await findPjrtPlugin("cpu").then(
    () => true,
    (error) => {
      console.warn(`skipped for want of a PJRT plugin: ${error.message}`);
      return false;
    },
  );
}
