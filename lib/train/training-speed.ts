import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FILES } from "./run-folder";

/** Images a second of the last session in a run's folder that ended, compiling left out; null where none is told. */
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
