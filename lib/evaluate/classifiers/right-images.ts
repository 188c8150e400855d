/**
 * Which test images were classified correctly, one bit each in test-split order; small enough to keep with each result.
 *
 * In Python: `numpy.unpackbits(numpy.frombuffer(base64.b64decode(bits), "u1"), bitorder="little")[:images]`.
 */
export interface RightImages {
  images: number;
  /** Base64; the first image is the lowest bit of the first byte. */
  bits: string;
}

/** @param right 1 for each correctly classified image, 0 for the others */
export function packRight(right: ArrayLike<number>): RightImages {
  const bytes = new Uint8Array(Math.ceil(right.length / 8));
  for (let image = 0; image < right.length; image++)
    if (right[image]) bytes[image >> 3] = (bytes[image >> 3] as number) | (1 << (image & 7));
  return { images: right.length, bits: Buffer.from(bytes).toString("base64") };
}

/** 1 for each correctly classified image, 0 for the others. */
export function unpackRight({ images, bits }: RightImages): Uint8Array {
  const bytes = Buffer.from(bits, "base64");
  return Uint8Array.from({ length: images }, (_, image) => ((bytes[image >> 3] as number) >> (image & 7)) & 1);
}
