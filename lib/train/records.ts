import { createHash, type Hash } from "node:crypto";
import { open, truncate } from "node:fs/promises";
import { join } from "node:path";
import { CheckpointError } from "../errors";
import { readIfThere } from "../system";
import { FILES } from "./run-folder";
import type { TrainRecord } from "./train-record";

/** A line of `records.jsonl`: a step's record without the machine-dependent fields. */
export type RunRecord = Omit<TrainRecord, "steps" | "imagesPerSecond" | "secondsLeft">;

/** The records of a run's steps so far, one per step; empty if the folder has none yet. */
export async function readRecords(folder: string): Promise<RunRecord[]> {
  const bytes = await readRecordBytes(folder);
  const ends = lineEnds(bytes);
  return ends.map((end, index) => JSON.parse(bytes.toString("utf8", ends[index - 1] ?? 0, end)) as RunRecord);
}

/** Number of steps recorded; in a damaged file, those before the first line whose step is not its line number. */
export async function recordedSteps(folder: string): Promise<number> {
  return lineEnds(await readRecordBytes(folder)).length;
}

/** Truncates the records to those of the first `step` steps. */
export async function cutRecords(folder: string, step: number): Promise<void> {
  const path = join(folder, FILES.records);
  const bytes = await readRecordBytes(folder);
  const ends = lineEnds(bytes);
  if (ends.length < step) {
    throw new CheckpointError(`${path}: expected the records of ${step} steps, got ${ends.length}.`);
  }
  const length = step === 0 ? 0 : (ends[step - 1] as number);
  if (length < bytes.length) await truncate(path, length);
}

/** sha256 of the records of the first `step` steps, as far as they exist; updated with each line that follows. */
export async function hashRecords(folder: string, step: number): Promise<Hash> {
  const bytes = await readRecordBytes(folder);
  const end = step === 0 ? 0 : (lineEnds(bytes)[step - 1] ?? bytes.length);
  return createHash("sha256").update(bytes.subarray(0, end));
}

/** An appender to an open file; `sync` waits until the data is on disk. */
export async function openAppend(path: string) {
  const file = await open(path, "a");
  return {
    /** Writes a line and returns its text. */
    line: async (value: object): Promise<string> => {
      const text = `${JSON.stringify(value)}\n`;
      await file.appendFile(text);
      return text;
    },
    sync: () => file.sync(),
    close: () => file.close(),
  };
}

async function readRecordBytes(folder: string): Promise<Buffer> {
  return (await readIfThere(join(folder, FILES.records))) ?? Buffer.alloc(0);
}

/** End offsets of the lines whose step is their line number, counted from 1, up to the first line where it is not. */
function lineEnds(bytes: Buffer): number[] {
  const ends: number[] = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    if (stepOf(bytes.toString("utf8", start, end)) !== ends.length + 1) break;
    start = end + 1;
    ends.push(start);
  }
  return ends;
}

function stepOf(line: string): number | undefined {
  try {
    return (JSON.parse(line) as { step?: number }).step;
  } catch {
    return undefined;
  }
}
