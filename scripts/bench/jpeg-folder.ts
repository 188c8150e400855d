/** A folder of photograph-like images, made here: JPEGs of ImageNet's typical size and length. */
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rng } from "njepa";
import { ATTRIBUTE, onHost } from "njepa/engine";

const [HEIGHT, WIDTH] = [375, 500];

/** The path of a temporary folder with `count` JPEGs of 500×375 and about 110 kB in two classes. */
export async function makeJpegFolder(count: number): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "njepa-jpegs-"));
  for (let index = 0; index < count; index++) {
    const folder = join(root, "train", `class-${index % 2}`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${index}.jpg`), await encodeJpeg(texture(index)));
  }
  return root;
}

/** Waves of several lengths and directions under noise: about a photograph's detail, judging by the JPEG's length. */
function texture(index: number): Uint8Array {
  const random = rng(index).fold("texture");
  const noise = Float32Array.from({ length: 4096 }, () => random.normal() * 11);
  const values = new Float32Array(HEIGHT * WIDTH * 3);
  for (let wave = 0; wave < 12; wave++) {
    const [x, y, phase] = [(random.uniform() - 0.5) * 0.6, (random.uniform() - 0.5) * 0.6, random.uniform() * 6.3];
    const channel = random.int(0, 3);
    // sin(a + b) from the sines and cosines of a's columns and b's rows.
    const [sines, cosines] = [columns((at) => 22 * Math.sin(x * at)), columns((at) => 22 * Math.cos(x * at))];
    for (let row = 0; row < HEIGHT; row++) {
      const [sine, cosine] = [Math.sin(y * row + phase), Math.cos(y * row + phase)];
      for (let column = 0; column < WIDTH; column++) {
        const at = (row * WIDTH + column) * 3 + channel;
        values[at] = (values[at] as number) + (sines[column] as number) * cosine + (cosines[column] as number) * sine;
      }
    }
  }
  for (let pixel = 0; pixel < HEIGHT * WIDTH; pixel++) {
    const grain = 128 + (noise[(pixel * 17 + (pixel >> 4) * 631) & 4095] as number);
    for (let at = pixel * 3; at < pixel * 3 + 3; at++) values[at] = (values[at] as number) + grain;
  }
  return new Uint8Array(new Uint8ClampedArray(values).buffer);
}

function columns(of: (at: number) => number): Float32Array {
  return Float32Array.from({ length: WIDTH }, (_, at) => of(at));
}

async function encodeJpeg(pixels: Uint8Array): Promise<Uint8Array> {
  const attributes = [
    { name: "format", type: ATTRIBUTE.string, value: "rgb" },
    { name: "quality", type: ATTRIBUTE.int, value: 92 },
  ];
  return onHost(async (host) => {
    const encoded = await host.run("EncodeJpeg", attributes, host.uint8(pixels, [HEIGHT, WIDTH, 3]));
    return (host.read(encoded) as Uint8Array[])[0] as Uint8Array;
  });
}
