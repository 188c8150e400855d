import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseRun } from "../../lib/config";
import { ready } from "../../lib/engine";
import { CheckpointError } from "../../lib/errors";
import { type Rng, rng } from "../../lib/random";
import { createTrainState, loadCheckpoint, saveCheckpoint } from "../../lib/train";
import { decodeSafetensors, encodeSafetensors } from "../../lib/train/safetensors";
import { temporaryFolder } from "../temporary-folder";

/** `npm run test:attack` asks for more. */
const TRIES = Number(process.env.NJEPA_TEST_FUZZ ?? 400);

const whole = encodeSafetensors(
  {
    a: { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) },
    b: { shape: [4], values: Float32Array.of(7, 8, 9, 10) },
    c: { shape: [], values: Float32Array.of(11) },
  },
  { format: "pt" },
);

/** The file with another header over the same data. */
function withHeader(edit: (header: Record<string, unknown>) => unknown): Buffer {
  const end = 8 + Number(whole.readBigUInt64LE(0));
  const header = edit(JSON.parse(whole.toString("utf8", 8, end)));
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, whole.subarray(end)]);
}

/** A file of these bytes is read whole or refused by a CheckpointError, and never takes more memory than it has bytes. */
function expectBounded(bytes: Buffer): "read" | "refused" {
  try {
    const { arrays } = decodeSafetensors(bytes, "fuzzed.safetensors");
    const taken = Object.values(arrays).reduce((sum, { values }) => sum + values.byteLength, 0);
    expect(taken).toBeLessThanOrEqual(bytes.length);
    return "read";
  } catch (error) {
    expect(error).toBeInstanceOf(CheckpointError);
    return "refused";
  }
}

const odd = [null, -1, 0.5, 1e308, 2 ** 53, "4", [], {}, true, [2, 3.5], [0, 8], [-8, 16], [[0, 24]], "__proto__"];

/** One random harm to the file: bits, length, header bytes, or a value somewhere in the header. */
function harmed(random: Rng): Buffer {
  const bytes = Buffer.from(whole);
  const kind = random.int(0, 4);
  if (kind === 0) return bytes.subarray(0, random.int(0, bytes.length));
  if (kind === 1) {
    const header = Number(whole.readBigUInt64LE(0));
    for (let flips = random.int(1, 4); flips > 0; flips--) {
      const at = random.int(0, 8 + header);
      bytes[at] = (bytes[at] as number) ^ (1 << random.int(0, 8));
    }
    return bytes;
  }
  const pick = <Value>(values: readonly Value[]) => values[random.int(0, values.length)] as Value;
  return withHeader((header) => {
    const name = pick(["a", "b", "c", "__metadata__"]);
    if (kind === 2) return { ...header, [name]: pick(odd) };
    const entry = header[name] as Record<string, unknown>;
    return { ...header, [name]: { ...entry, [pick(["dtype", "shape", "data_offsets", "format"])]: pick(odd) } };
  });
}

describe("decodeSafetensors", () => {
  it("reads what was written", () => {
    const { arrays, metadata } = decodeSafetensors(whole, "whole");
    expect(arrays.a).toEqual({ shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) });
    expect(arrays.c).toEqual({ shape: [], values: Float32Array.of(11) });
    expect(metadata).toEqual({ format: "pt" });
  });

  it("refuses null entries, fractional shapes, gaps and overlaps, each by what is wrong", () => {
    const refusal = (edit: (header: Record<string, unknown>) => unknown) => {
      try {
        decodeSafetensors(withHeader(edit), "edited");
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError);
        return (error as Error).message;
      }
      return "none";
    };
    expect(refusal((header) => ({ ...header, a: null }))).toContain('"a" is undefined, expected F32');
    expect(refusal((header) => ({ ...header, a: { ...(header.a as object), shape: [1.5, 4] } }))).toContain(
      '"a" has the shape [1.5,4], expected whole numbers',
    );
    // Every entry over the same 24 bytes: a file of 1 MB could claim gigabytes.
    const shared = { dtype: "F32", shape: [6], data_offsets: [0, 24] };
    expect(refusal((header) => ({ ...header, b: shared }))).toContain('"b" begins at byte 0 where 24 was expected');
    expect(refusal(({ b: _, ...header }) => header)).toContain('"c" begins at byte 40 where 24 was expected');
    expect(refusal(({ c: _, ...header }) => header)).toContain("its arrays take 40 bytes, the file has 44");
    expect(refusal(() => "[".repeat(100_000))).toContain("is not a whole .safetensors file");
    expect(refusal(() => null)).toContain("its header is no JSON object");
  });

  it("never does worse than refuse a harmed file", () => {
    const random = rng(15).fold("safetensors");
    const ends = { read: 0, refused: 0 };
    for (let attempt = 0; attempt < TRIES; attempt++) ends[expectBounded(harmed(random.fold(attempt)))]++;
    expect(ends.read + ends.refused).toBe(TRIES);
    expect(ends.refused).toBeGreaterThan(0.8 * TRIES);
  });
});

describe("loadCheckpoint", () => {
  let folder = "";
  beforeAll(async () => {
    await ready();
    folder = temporaryFolder();
    const state = createTrainState(parseRun({ preset: "smoke" }));
    await saveCheckpoint(state, join(folder, "one"));
    state.dispose();
  });

  it("refuses every change of checkpoint.json's content, by a CheckpointError", async () => {
    const path = join(folder, "one", "checkpoint.json");
    const text = await readFile(path, "utf8");
    const random = rng(16).fold("checkpoint");
    for (let attempt = 0; attempt < TRIES / 4; attempt++) {
      const draw = random.fold(attempt);
      const about = JSON.parse(text) as Record<string, unknown>;
      const parts = [about, about.run as Record<string, unknown>, about.files as Record<string, unknown>];
      const part = parts[draw.int(0, parts.length)] as Record<string, unknown>;
      const names = Object.keys(part);
      const name = names[draw.int(0, names.length)] as string;
      const before = JSON.stringify(part[name]);
      part[name] = odd[draw.int(0, odd.length)];
      if (JSON.stringify(part[name]) === before) continue;
      await writeFile(path, JSON.stringify(about));
      await expect(loadCheckpoint(join(folder, "one")), `${name} ← ${JSON.stringify(part[name])}`).rejects.toThrow(
        CheckpointError,
      );
    }
    await writeFile(path, text);
    (await loadCheckpoint(join(folder, "one"))).dispose();
  });
});
