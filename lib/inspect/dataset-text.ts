import type { Inspection } from "../data";
import { trainCommand } from "./train-command";

/** Classes and problems listed; any more are only counted. */
const SHOWN = 40;

/** Findings of `inspectDataset` as lines: splits, sizes, formats, classes, what is broken. */
export function inspectionText(it: Inspection): string {
  const range = ({ least, median, most }: Inspection["width"]) =>
    least === most ? `${least}` : `${least} … ${median} … ${most}`;
  const formats = Object.entries(it.formats).map(([name, count]) => `${count} ${name}`);
  const kinds = [...new Set(it.problems.map(({ kind }) => kind))];
  const counted = kinds.map((kind) => `${it.problems.filter((one) => one.kind === kind).length} ${kind}`);
  const lines = [
    `${it.root} (${it.name})`,
    `classes      ${it.classNames.length || "none: the images are unlabelled, to be learned from but not probed"}`,
    ...it.splits.map(
      ({ name, images, subsets }) =>
        `${name.padEnd(12)} ${[`${images} images`, ...subsets.map((one) => `${one.fraction * 100} % is ${one.images}`)].join(", ")}`,
    ),
    `width        ${range(it.width)}`,
    `height       ${range(it.height)}`,
    ...(formats.length > 0 ? [`formats      ${formats.join(", ")}`] : []),
    ...(it.rotated > 0 ? [`EXIF         ${it.rotated} ask for a rotation (data.exifRotation)`] : []),
    `mean         ${digits(it.pixels.mean)}  of pixels in [0, 1], over ${it.pixels.images} training images`,
    `std          ${digits(it.pixels.std)}${it.pixels.isGray ? "  (gray)" : ""}`,
    `problems     ${counted.join(", ") || "none"}`,
    `fingerprint  ${it.fingerprint}`,
    "",
    `train        ${trainCommand(it)}`,
    ...(it.classNames.length > 0 ? ["", ...classLines(it)] : []),
  ];
  const problems = it.problems
    .slice(0, SHOWN)
    .map(({ kind, file, message }) => `${kind.padEnd(12)} ${file}: ${message}`);
  const more = it.problems.length > SHOWN ? [`… and ${it.problems.length - SHOWN} more; --json has all`] : [];
  return [...lines, ...(problems.length > 0 ? ["", ...problems, ...more] : [])].join("\n");
}

function digits(values: readonly number[]): string {
  return values.map((value) => value.toFixed(3)).join(" ");
}

function classLines({ classNames, splits }: Inspection): string[] {
  const width = Math.max(...classNames.map((name) => name.length), 5);
  const row = (name: string, cells: readonly (string | number)[]) =>
    `${name.padEnd(width)}  ${cells.map((cell) => String(cell).padStart(8)).join("")}`;
  const rows = classNames.slice(0, SHOWN).map((name, label) =>
    row(
      name,
      splits.map(({ perClass }) => perClass[label] ?? 0),
    ),
  );
  const more = classNames.length > SHOWN ? [`… and ${classNames.length - SHOWN} more`] : [];
  return [
    row(
      "class",
      splits.map(({ name }) => name),
    ),
    ...rows,
    ...more,
  ];
}
