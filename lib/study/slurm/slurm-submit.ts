import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { StudyError } from "../../errors";
import { makeFolder, writeDurably } from "../../system";
import type { SlurmPlan } from "./slurm-plan";

/** Slurm's job ids of a submission. */
export interface SlurmSubmission {
  array: string;
  report: string;
  folder: string;
}

/**
 * Writes a plan's manifest and scripts into its folder and submits both.
 *
 * @throws {StudyError} when sbatch is missing or refuses, with its own message
 */
export async function submitSlurm(plan: SlurmPlan): Promise<SlurmSubmission> {
  await makeFolder(join(plan.folder, "logs"));
  await writeDurably(join(plan.folder, "manifest.json"), `${JSON.stringify(plan.manifest, null, 1)}\n`);
  await writeDurably(join(plan.folder, "cells.sbatch"), plan.cells);
  await writeDurably(join(plan.folder, "report.sbatch"), plan.report);
  const array = sbatch([join(plan.folder, "cells.sbatch")]);
  const after = [`--dependency=${plan.dependency}:${array}`, "--kill-on-invalid-dep=yes"];
  const report = sbatch([...after, join(plan.folder, "report.sbatch")]);
  const submission = { array, report, folder: plan.folder };
  await writeDurably(join(plan.folder, "submitted.json"), `${JSON.stringify(submission, null, 1)}\n`);
  return submission;
}

function sbatch(words: readonly string[]): string {
  const answer = spawnSync("sbatch", ["--parsable", ...words], { encoding: "utf8" });
  const [id = ""] = (answer.stdout ?? "").trim().split(";");
  if (answer.status === 0 && /^\d+$/.test(id)) return id;
  const why = answer.error ? answer.error.message : (answer.stderr ?? "").trim() || `it answered ${answer.stdout}`;
  throw new StudyError(
    `sbatch ${words.join(" ")} did not submit: ${why}. Look at the scripts with --dry-run, or run here with --executor local.`,
  );
}
