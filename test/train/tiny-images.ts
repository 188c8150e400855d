import { arrayDataset, type Dataset } from "../../lib/data";
import { rng } from "../../lib/random";

/** A few images of two classes that anyone can tell apart: bright above, or bright below. */
export function tinyImages(count = 64): Dataset {
  const size = 28 * 28;
  const make = (seed: number) => {
    const random = rng(seed);
    const labels = Int32Array.from({ length: count }, (_, index) => index % 2);
    const pixels = Uint8Array.from({ length: count * size }, (_, at) => {
      const row = Math.floor((at % size) / 28);
      const bright = row < 14 === (labels[Math.floor(at / size)] === 0);
      return (bright ? 160 : 40) + random.int(0, 60);
    });
    return { pixels, labels };
  };
  const shape = { height: 28, width: 28, channels: 1 };
  return arrayDataset({ name: "tiny", classNames: ["above", "below"], ...shape, train: make(1), test: make(2) });
}
