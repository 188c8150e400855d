import { existsSync, realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism, freemem } from "node:os";
import path from "node:path";
import { z } from "zod";
import { ConfigError } from "../errors";
import type { NotebookParameters } from "../notebook";
import { writeReportFile } from "../report";
import type { Terminal } from "../system";
import { chooseNotebooks } from "./choose-notebooks";

/** What to execute, and how. Everything has a default: `runReports({})` makes the pages of all notebooks. */
export interface ReportOptions {
  /** Notebook files, or parts of their names in `folder`. Default: all in the folder. */
  readonly notebooks?: readonly string[];
  /** Folder in which notebooks are found by part of their name. Default `notebooks`. */
  readonly folder?: string;
  /** Values for the parameters that the cell tagged `parameters` declares. */
  readonly parameters?: NotebookParameters;
  /** Value for the parameter `preset` of those notebooks that have it. */
  readonly preset?: string | undefined;
  /** Folder for the pages, created if missing. Default `reports`. */
  readonly out?: string;
  /** Number of notebooks executed at once. Default: as many as cores and free memory allow. */
  readonly jobs?: number | undefined;
  /** Seconds one notebook may take. Default 3600. */
  readonly timeout?: number;
  /** Seconds one cell may take. Default 1800. */
  readonly cellTimeout?: number;
  /** Start no other notebook once one has failed. */
  readonly stop?: boolean | undefined;
  /** Execute even notebooks that have not changed since they were last executed into `out`. */
  readonly force?: boolean | undefined;
  /** Take notebooks, parameters and preset from the last run into `out`. */
  readonly resume?: boolean | undefined;
  /** Keep the sessions and rerun a notebook whenever it is saved, until `signal` aborts. */
  readonly watch?: boolean | undefined;
  /** Names of notebooks whose HTML outputs may run scripts, each in an isolated frame. */
  readonly trust?: readonly string[] | undefined;
  /** Aborting it ends the kernels; pages are written with what there is by then. */
  readonly signal?: AbortSignal;
  /** Stream for progress, such as `process.stderr`. Default: none. */
  readonly terminal?: Terminal;
}

/** The options with every default filled in. */
export interface ReportPlan {
  /** Files. */
  readonly notebooks: readonly string[];
  readonly parameters: NotebookParameters;
  readonly preset?: string | undefined;
  readonly out: string;
  readonly jobs: number;
  readonly timeout: number;
  readonly cellTimeout: number;
  readonly stop: boolean;
  readonly force: boolean;
  readonly watch: boolean;
  readonly trust: readonly string[];
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

type Wish = Pick<ReportPlan, "notebooks" | "parameters" | "preset">;

const wishSchema = z.object({
  notebooks: z.array(z.string()),
  parameters: z.record(z.string(), z.unknown()),
  preset: z.string().optional(),
});

/**
 * @throws {ConfigError} when options contradict one another, no notebook matches them, or one would be written over by
 *   its own executed copy
 */
export async function planReports(options: ReportOptions): Promise<ReportPlan> {
  const { out = "reports", timeout = 3600, cellTimeout = 1800, jobs = defaultJobs() } = options;
  for (const [name, value] of Object.entries({ jobs, timeout, cellTimeout }))
    if (!(value > 0)) throw new ConfigError(`${name} expects a number above 0, got ${value}`);
  const wish = options.resume ? await recallWish(out, options) : await readWish(options);
  refuseSources(wish.notebooks, out);
  return {
    ...wish,
    ...{ out, timeout, cellTimeout, jobs },
    stop: options.stop ?? false,
    force: options.force ?? false,
    watch: options.watch ?? false,
    trust: options.trust ?? [],
    signal: options.signal ?? new AbortController().signal,
    terminal: options.terminal ?? { write: () => true },
  };
}

/** Beside each page lies the executed notebook, which must not take the place of the one that was written by hand. */
function refuseSources(notebooks: readonly string[], out: string): void {
  const real = (folder: string) => (existsSync(folder) ? realpathSync(folder) : path.resolve(folder));
  const own = notebooks.find((file) => real(path.dirname(file)) === real(out));
  if (own !== undefined)
    throw new ConfigError(
      `${own} lies in ${out}, where its executed copy would replace it: give another folder for the pages (--out).`,
    );
}

/** Saves in the folder what was asked for, so that `resume` can repeat it. */
export async function rememberPlan({ notebooks, parameters, preset, out }: ReportPlan): Promise<void> {
  const wish: Wish = { notebooks: notebooks.map((file) => path.resolve(file)), parameters, preset };
  await writeReportFile(wishFile(out), `${JSON.stringify(wish, null, 2)}\n`);
}

async function readWish(options: ReportOptions): Promise<Wish> {
  const { notebooks = [], folder = "notebooks", parameters = {}, preset } = options;
  if (preset !== undefined && Object.hasOwn(parameters, "preset"))
    throw new ConfigError("the preset is given twice: as preset and as the parameter of that name; give one");
  return { notebooks: await chooseNotebooks(notebooks, folder), parameters, preset };
}

async function recallWish(out: string, options: ReportOptions): Promise<Wish> {
  const { notebooks = [], parameters = {}, preset } = options;
  if (notebooks.length > 0 || Object.keys(parameters).length > 0 || preset !== undefined)
    throw new ConfigError("resume takes notebooks and parameters from the run that it resumes; give none with it");
  try {
    const { preset, ...rest } = wishSchema.parse(JSON.parse(await readFile(wishFile(out), "utf8")));
    return { ...rest, preset };
  } catch {
    throw new ConfigError(`resume goes on with what was begun in ${out}/, and nothing was: name notebooks instead`);
  }
}

/** Without an ending, so that no notebook's record lies there: that of `plan.ipynb` is `plan.json`. */
function wishFile(out: string): string {
  return path.join(out, ".njepa", "plan");
}

/** Bytes of memory that a notebook with a training run in it is expected to take. */
const notebookBytes = 4 * 2 ** 30;

/**
 * How many notebooks to execute at once by default: a training run keeps two cores busy, and must not push another out of
 * memory; most notebooks train nothing, so that two cores have room for one of those beside it.
 */
export function defaultJobs(cores = availableParallelism(), freeBytes = freemem()): number {
  const byCores = Math.max(Math.min(cores, 2), Math.floor(cores / 2));
  return Math.max(1, Math.min(byCores, Math.floor(freeBytes / notebookBytes)));
}
