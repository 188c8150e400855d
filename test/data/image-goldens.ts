import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CropBox, Interpolation } from "../../lib/pixels";

interface GoldenImages {
  height: number;
  width: number;
  files: Record<string, { content: string; pixels: string; uprightSha256: string }>;
  crops: { box: CropBox; interpolation: Interpolation; pixels: string }[];
  evaluations: { resize: number; imageSize: number; interpolation: Interpolation; pixels: string }[];
  draws: { height: number; width: number; scale: [number, number]; draws: number[]; box: number[] }[];
}

/** What Pillow and torchvision make of small files; made by scripts/reference/image_goldens.py. */
export const golden = JSON.parse(readFileSync(join(__dirname, "../golden/images.json"), "utf8")) as GoldenImages;

export const whole: CropBox = { top: 0, left: 0, height: golden.height, width: golden.width };

/** The bytes of a file of the golden set. */
export function contentOf(name: string): Buffer {
  return bytes(golden.files[name]?.content);
}

export function bytes(base64: string | undefined): Buffer {
  if (base64 === undefined) throw new Error("the golden set has no such file");
  return Buffer.from(base64, "base64");
}

/** Largest and mean distance in gray levels. */
export function distance(ours: ArrayLike<number>, theirs: ArrayLike<number>): { largest: number; mean: number } {
  if (ours.length !== theirs.length) throw new Error(`${ours.length} values beside ${theirs.length}`);
  let [largest, sum] = [0, 0];
  for (let at = 0; at < ours.length; at++) {
    const apart = Math.abs((ours[at] as number) - (theirs[at] as number));
    largest = Math.max(largest, apart);
    sum += apart;
  }
  return { largest, mean: sum / ours.length };
}
