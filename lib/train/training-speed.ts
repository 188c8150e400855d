import { join } from "node:path";
import { readTextIfThere } from "../system";
import { FILES } from "./run-folder";

/** A line of `sessions.jsonl`: a process began to work on the run, or ended. */
interface SessionLine {
  event: "start" | "end";
  time: string;
  imagesPerSecond?: number;
}

/**
 * Images per second in the last completed session of a run's folder, compilation excluded; null if none is recorded.
 */
export async function trainingSpeed(folder: string): Promise<number | null> {
  const speeds = (await sessionLines(folder))
    .map(({ imagesPerSecond }) => imagesPerSecond ?? 0)
    .filter((speed) => speed > 0);
  return speeds.at(-1) ?? null;
}

/**
 * Seconds of all sessions of a run's folder, compilation included: of a training that was stopped and went on, both
 * parts. What a killed process took is not known and not counted.
 */
export async function trainingSeconds(folder: string): Promise<number> {
  let [seconds, began] = [0, Number.NaN];
  for (const { event, time } of await sessionLines(folder)) {
    if (event === "end" && !Number.isNaN(began)) seconds += Math.max(0, (Date.parse(time) - began) / 1000);
    began = event === "start" ? Date.parse(time) : Number.NaN;
  }
  return seconds;
}

async function sessionLines(folder: string): Promise<SessionLine[]> {
  const text = (await readTextIfThere(join(folder, FILES.sessions))) ?? "";
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as SessionLine];
    } catch {
      // Not whole: the last of a process that was killed, or the empty end of the file.
      return [];
    }
  });
}
