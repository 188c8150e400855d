import { lossTermNames } from "../objective";
import { formatSeconds } from "../system";
import type { TrainRecord } from "./train-record";

/** Training progress in one line: steps, epoch, images/s, time left, losses. */
export function progressLine(record: TrainRecord): string {
  const { step, steps, epoch, imagesPerSecond, secondsLeft } = record;
  const losses = (["loss", ...lossTermNames] as const)
    .filter((name) => record[name] !== null)
    .map((name) => `${name} ${(record[name] as number).toFixed(4)}`);
  return [
    `step ${step}/${steps}`,
    `epoch ${epoch + 1}`,
    // After the first step, which compiles, nothing is known yet of the others.
    ...(imagesPerSecond === 0
      ? []
      : [`${imagesPerSecond.toFixed(imagesPerSecond < 10 ? 1 : 0)} images/s`, `${formatSeconds(secondsLeft)} left`]),
    ...losses,
    ...(record.diagnostics ? [`rank ${record.diagnostics.rankMe.toFixed(1)}`] : []),
  ].join("  ");
}
