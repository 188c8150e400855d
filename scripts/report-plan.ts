import { readFile } from "node:fs/promises";
import path from "node:path";
import { CliError } from "njepa/errors";
import type { NotebookParameters } from "njepa/notebook";
import { writeReportFile } from "njepa/report";
import { z } from "zod";

export interface ReportPlan {
  readonly notebooks: readonly string[];
  readonly parameters: NotebookParameters;
  /** Sets the parameter `preset` of those notebooks that have one. */
  readonly preset?: string | undefined;
  readonly out: string;
  /** Notebooks at once. */
  readonly jobs: number;
  readonly timeout: number;
  readonly cellTimeout: number;
  /** Begin no other notebook when one has failed. */
  readonly stop: boolean;
  /** Execute also what has not changed since its last execution. */
  readonly force: boolean;
  /** Keep sessions open, and run a notebook again when its file changes. */
  readonly watch: boolean;
  /** Names of notebooks whose HTML outputs may run scripts. */
  readonly trust: readonly string[];
}

type Wish = Pick<ReportPlan, "notebooks" | "parameters" | "preset">;

const wishSchema = z.object({
  notebooks: z.array(z.string()),
  parameters: z.record(z.string(), z.unknown()),
  preset: z.string().optional(),
});

/** Leaves in the folder what was asked for, so that `--resume` need not be told again. */
export async function rememberPlan({ notebooks, parameters, preset, out }: ReportPlan): Promise<void> {
  const wish: Wish = { notebooks: notebooks.map((file) => path.resolve(file)), parameters, preset };
  await writeReportFile(wishFile(out), `${JSON.stringify(wish, null, 2)}\n`);
}

/** @throws {CliError} when nothing was begun in that folder */
export async function recallPlan(out: string): Promise<Wish> {
  try {
    const { preset, ...rest } = wishSchema.parse(JSON.parse(await readFile(wishFile(out), "utf8")));
    return { ...rest, preset };
  } catch {
    throw new CliError(`--resume goes on with what was begun in ${out}/, and nothing was: name notebooks instead`);
  }
}

function wishFile(out: string): string {
  return path.join(out, ".njepa", "plan.json");
}
