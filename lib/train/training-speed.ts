import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FILES } from "./run-folder";

/**
 * Images per second in the last completed session of a run's folder, compilation excluded; null if none is recorded.
 */
export async function trainingSpeed(folder: string): Promise<number | null> {
  const text = await readFile(join(folder, FILES.sessions), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const speeds = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as { imagesPerSecond?: number }).imagesPerSecond ?? 0)
    .filter((speed) => speed > 0);
  return speeds.at(-1) ?? null;
}
