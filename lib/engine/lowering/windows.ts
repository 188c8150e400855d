import type { Value } from "./module";
import { type LoweredOp, NotLowered } from "./op";

/** The layout of an op's windows over the spatial axes of images, [B, …, C] or [B, C, …]. */
export interface Windows {
  size: readonly number[];
  strides: readonly number[];
  dilations: readonly number[];
  /** Before and after each spatial axis. */
  padding: readonly (readonly [number, number])[];
  /** The first spatial axis. */
  first: 1 | 2;
}

/** The windows of a convolution or pool from its attributes. @param size of the windows along the spatial axes */
export function windowsOf(op: LoweredOp, image: readonly number[], size: readonly number[]): Windows {
  const rank = size.length;
  const first = channelsFirst(op) ? 2 : 1;
  const all = image.map(() => 1);
  const spatial = (name: string) => op.attribute<number[]>(name, all).slice(first, first + rank);
  const [strides, dilations] = [spatial("strides"), spatial("dilations")];
  const kind = op.attribute("padding", "VALID");
  const explicit = op.attribute<number[]>("explicit_paddings", []);
  const padding = size.map((length, axis): [number, number] => {
    if (kind === "VALID") return [0, 0];
    if (kind === "EXPLICIT") {
      return [explicit[2 * (first + axis)] as number, explicit[2 * (first + axis) + 1] as number];
    }
    // SAME: as many windows as strides fit; odd padding goes at the end.
    const [side, stride] = [image[first + axis] as number, strides[axis] as number];
    const reach = (length - 1) * (dilations[axis] as number) + 1;
    const total = Math.max(0, (Math.ceil(side / stride) - 1) * stride + reach - side);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
  return { size, strides, dilations, padding, first };
}

export const channelsFirst = (op: LoweredOp): boolean => {
  const format = op.attribute("data_format", "NHWC");
  if (format.length > 5) throw new NotLowered(`its channels lie as ${format}`);
  return format.startsWith("NC");
};

/** One number per axis of the images: `inside` for the spatial axes, `around` for batch and channels. */
export function spread(
  { shape }: Pick<Value, "shape">,
  first: number,
  inside: readonly number[],
  around = 1,
): number[] {
  return shape.map((_, axis) => inside[axis - first] ?? around);
}

/** The padding around windows' outputs, `strides` apart, with which windows over them recover each image pixel. */
export function reversedPadding(
  { size, strides, dilations, padding }: Windows,
  image: readonly number[],
  made: readonly number[],
): [number, number][] {
  return size.map((length, axis) => {
    const reach = (length - 1) * (dilations[axis] as number) + 1;
    const dilated = ((made[axis] as number) - 1) * (strides[axis] as number) + 1;
    const low = reach - 1 - (padding[axis]?.[0] as number);
    return [low, (image[axis] as number) - dilated - low + reach - 1];
  });
}
