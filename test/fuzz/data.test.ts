import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeImage, readImageHeader } from "../../lib/data";
import { listShard } from "../../lib/data/files/list-shards";
import { openParquet } from "../../lib/data/files/parquet-file";
import { parseIdx } from "../../lib/data/published/idx";
import { ready } from "../../lib/engine";
import { contentOf } from "../data/image-goldens";
import { tarOf } from "../data/tar-of";
import { temporaryFolder } from "../temporary-folder";
import { FUZZ_INPUTS, type FuzzReport, fuzz } from "./fuzz";

/** However damaged an input of some kilobytes is, its reader takes no more memory than this. */
const MOST_BYTES = 512 << 20;
const LARGEST_IMAGE = 100_000;

let folder: string;

beforeAll(() => ready());
beforeAll(() => {
  folder = temporaryFolder();
});

/** Neither all inputs pass nor all are refused: else nothing was tried. */
function expectTried({ answers, grownBytes }: FuzzReport): void {
  expect(Object.values(answers).reduce((sum, count) => sum + count, 0)).toBe(FUZZ_INPUTS);
  expect(Object.keys(answers).length).toBeGreaterThan(1);
  expect(grownBytes).toBeLessThan(MOST_BYTES);
}

const minutes = (count: number) => ({ timeout: count * 60_000 });

describe("damaged files are read or refused by name, within bounds:", () => {
  it("tar archives", minutes(10), async () => {
    const archive = tarOf({
      "a.jpg": contentOf("gray.jpg"),
      "a.cls": Buffer.from("1"),
      "b.png": contentOf("rgb.png"),
      "b.json": Buffer.from('{"label": 2, "text": NaN}'),
    });
    const path = "0.tar";
    const report = await fuzz("tar", [archive], async (input) => {
      writeFileSync(join(folder, path), input);
      const { names, offsets, lengths, problems } = await listShard(folder, path);
      names.forEach((_, at) => {
        expect((offsets[at] as number) + (lengths[at] as number)).toBeLessThanOrEqual(input.length);
      });
      for (const { kind, message } of problems) expect([kind, message.length < 500]).toEqual([kind, true]);
    });
    expect(report.answers).toEqual({ read: FUZZ_INPUTS });
    expect(report.grownBytes).toBeLessThan(MOST_BYTES);
  });

  it.each(["rgb.bmp", "animated.gif", "rgb.png", "rgb.jpg", "exif-6.jpg", "lossless.webp"])(
    "image headers, and the pixels behind those that pass: %s",
    minutes(20),
    async (name) => {
      const report = await fuzz(name, [contentOf(name)], async (input, number) => {
        const header = readImageHeader(input, name, LARGEST_IMAGE);
        expect(header.height * header.width).toBeLessThanOrEqual(LARGEST_IMAGE);
        expect([header.orientation >= 1, header.orientation <= 8]).toEqual([true, true]);
        // TensorFlow's decoders are slower by far; they see a tenth.
        if (header.format !== "bmp" && header.format !== "gif" && number % 10 > 0) return;
        const box = { top: 0, left: 0, height: header.height, width: header.width };
        const { values } = await decodeImage(input, header, box, 3, name);
        expect(values).toHaveLength(header.height * header.width * 3);
      });
      expectTried(report);
    },
  );

  it("IDX", minutes(5), async () => {
    const idx = Buffer.alloc(8 + 20);
    idx.writeUInt32BE(0x0801, 0);
    idx.writeUInt32BE(20, 4);
    expectTried(await fuzz("idx", [idx], (input) => parseIdx(input, "labels", [20], "x", "Fetch it.")));
  });

  it("Parquet", minutes(20), async () => {
    const { parquetWriteBuffer } = await import("hyparquet-writer");
    const images = ["gray.jpg", "rgb.jpg", "gray.jpg"].map((name) => new Uint8Array(contentOf(name)));
    const columnData = [
      { name: "image", data: images, type: "BYTE_ARRAY" as const },
      { name: "label", data: [0, 1, 1], type: "INT32" as const },
    ];
    const file = Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: 2 }));
    // Nearly all of a file is images; what can be wrong is at its end.
    const small = { columnData: [{ name: "label", data: [0, 1, 1], type: "INT32" as const }] };
    const path = join(folder, "0.parquet");
    const report = await fuzz("parquet", [file, Buffer.from(parquetWriteBuffer(small))], async (input) => {
      writeFileSync(path, input);
      const opened = await openParquet(path);
      const column = opened.columns[0]?.name ?? "label";
      for (const { start, end } of opened.groups.slice(0, 4)) await opened.read(column, start, end);
    });
    expectTried(report);
  });
});
