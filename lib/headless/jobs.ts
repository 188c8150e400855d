import path from "node:path";
import { ConfigError } from "../errors";
import { type NotebookParameters, parameterNames, readNotebook, withParameters } from "../notebook";
import type { ReportPlan } from "./plan";

/** One notebook to execute. */
export interface ReportJob {
  readonly file: string;
  /** The name of its page: the file name without folder and extension. */
  readonly name: string;
  readonly parameters: NotebookParameters;
}

/**
 * Each notebook with its own parameters, and remarks worth making before they run.
 *
 * @throws {ConfigError} when a notebook lacks one of the parameters, or a trusted name is not among the notebooks
 */
export async function prepareJobs(plan: ReportPlan): Promise<{ jobs: ReportJob[]; notes: string[] }> {
  const jobs: ReportJob[] = [];
  const notes: string[] = [];
  for (const file of plan.notebooks) {
    const { job, note } = await prepareJob(file, plan);
    jobs.push(job);
    if (note !== undefined) notes.push(note);
  }
  const unknown = plan.trust.find((name) => !jobs.some((job) => job.name === name));
  if (unknown !== undefined)
    throw new ConfigError(
      `trust expects the name of a chosen notebook, got ${unknown}: ${jobs.map((job) => job.name).join(", ")}`,
    );
  return { jobs, notes };
}

async function prepareJob(file: string, plan: ReportPlan): Promise<{ job: ReportJob; note?: string }> {
  const name = path.basename(file, ".ipynb");
  // A file that is not a notebook fails by itself when its turn comes.
  const notebook = await readNotebook(file).catch((error: Error) => {
    if (error.name !== "DecodeError") throw error;
    return undefined;
  });
  const { preset } = plan;
  if (notebook === undefined) return { job: { file, name, parameters: plan.parameters } };
  const takesPreset = parameterNames(notebook).includes("preset");
  const parameters = { ...plan.parameters, ...(preset !== undefined && takesPreset ? { preset } : {}) };
  try {
    withParameters(notebook, parameters);
  } catch (error) {
    if (error instanceof ConfigError) error.message = `${file}: ${error.message}`;
    throw error;
  }
  const job = { file, name, parameters };
  if (preset === undefined || takesPreset) return { job };
  return { job, note: `${name} has no parameter preset: it runs as it is` };
}
