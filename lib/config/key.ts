import { createHash } from "node:crypto";
import type { Run } from "./run";

/** Incremented when the library's arithmetic changes, so that old results are not taken for new ones. */
const ARITHMETIC = 1;

/**
 * Key of a training's outcome: 64 hex digits, equal for equal trainings.
 *
 * Covers everything that changes the trained numbers and nothing else: not the preset's name, how the encoder is probed
 * afterwards, or when it is saved or diagnosed, so that cells of a table share a training.
 */
export function runKey(run: Run, dataFingerprint: string): string {
  const { preset: _, evaluate: __, ...rest } = run;
  const { checkpoint: ___, diagnostics: _____, ...train } = run.train;
  // The path is where images lie; which images they are is in the fingerprint.
  const { path: ____, ...data } = run.data;
  // Left out at its default, so that trainings from before this setting are still found.
  const { sizeDraws, ...others } = run.masking;
  const masking = sizeDraws === "shared" ? others : run.masking;
  const method = { ...rest, train, data, masking };
  return createHash("sha256")
    .update(canonicalJson({ arithmetic: ARITHMETIC, dataFingerprint, ...method }))
    .digest("hex");
}

/** JSON with sorted keys and no spaces: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(",")}}`;
}
