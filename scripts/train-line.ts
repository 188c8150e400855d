import { lossTermNames, type TrainRecord } from "njepa";
import { CliError } from "njepa/errors";

/** Where a training stands, in one line: steps, epoch, images/s, time left, losses. */
export function progressLine(record: TrainRecord): string {
  const { step, steps, epoch, imagesPerSecond, secondsLeft } = record;
  const losses = (["loss", ...lossTermNames] as const)
    .filter((name) => record[name] !== null)
    .map((name) => `${name} ${(record[name] as number).toFixed(4)}`);
  return [
    `step ${step}/${steps}`,
    `epoch ${epoch + 1}`,
    `${imagesPerSecond.toFixed(imagesPerSecond < 10 ? 1 : 0)} images/s`,
    `${duration(secondsLeft)} left`,
    ...losses,
    ...(record.diagnostics ? [`rank ${record.diagnostics.rankMe.toFixed(1)}`] : []),
  ].join("  ");
}

/** `42 s`, `3 min 20 s`, `5 h 12 min`, `2 d 3 h`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), "d"],
    [Math.floor(whole / 3600) % 24, "h"],
    [Math.floor(whole / 60) % 60, "min"],
    [whole % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return "0 s";
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}

/** `{ "a.b": 1 }` as `{ a: { b: 1 } }`. @throws {CliError} where a name is both a value and a group */
export function nested(flat: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(flat)) {
    const names = path.split(".");
    const last = names.pop() as string;
    let place = tree;
    for (const name of names) {
      place[name] ??= {};
      if (typeof place[name] !== "object") throw new CliError(`--set ${path}: ${name} has a value of its own`);
      place = place[name] as Record<string, unknown>;
    }
    place[last] = value;
  }
  return tree;
}
