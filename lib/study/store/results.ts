import type { Dataset } from "../../data";
import { type RightImages, type Summary, summarize } from "../../evaluate";
import { lockHolder } from "../../system";
import { evaluationKey, type Job, jobKey } from "../job";
import type { Study, StudyCell } from "../study";
import { mixedProvenance } from "./mixed-provenance";
import type { EncoderHealth, Result } from "./result";
import { missingEvaluations, type RunStore, type StoredResults } from "./store";

/** One number behind a table's cell. */
export interface SeedResult {
  seed: number;
  /** Top-1 accuracy in percent: the mean over the label subsets. */
  top1: number;
  /** Accuracy of each subset, percent. */
  subsets: readonly number[];
  labels: number;
  /** Test images that each subset's classifier got right; absent in results from before this was kept. */
  right?: readonly RightImages[];
  protocol: string;
  /**
   * Of the subsets' fits: how many chose a setting's first or last candidate, and how many did not reach their minimum.
   */
  fits: { count: number; atEdge: number; unconverged: number };
  health: EncoderHealth | null;
  /** Key of the training, the name of its folder. */
  key: string;
  made: Result["made"];
}

/** One cell of the table: what its seeds gave. */
export interface CellResult {
  row: string;
  column: string;
  /** True for raw pixels: one result stands for every seed. */
  seedless: boolean;
  seeds: readonly SeedResult[];
  /** Seeds without a result, and why: missing, failed with a message, in dispute. */
  missing: readonly { seed: number; why: string }[];
  /** Summary over training seeds, percent; null without a result. */
  summary: Summary | null;
}

export interface JobStatus {
  job: Job;
  key: string;
  state: "done" | "running" | "failed" | "missing" | "disputed";
  detail: string;
}

/** What a store holds of a study. */
export interface StudyResults {
  study: Study;
  store: string;
  data: string;
  cells: readonly CellResult[];
  /** The positive control of each column. */
  control: readonly { column: string; above: CellResult; below: CellResult }[];
  /**
   * Results of the other tables at this preset, as far as the store has them: their claims belong to the same family,
   * so that asking often does not make a verdict easier.
   */
  others: readonly StudyResults[];
  jobs: readonly JobStatus[];
  /** Everything left out, and why. */
  problems: readonly string[];
  /** Steps, seconds and host of each result used. */
  made: readonly Result["made"][];
}

/**
 * What a store holds of a study; nothing is computed.
 *
 * Results of another library version, truncated or changed files, and results that disagree are reported in `problems`
 * and left out.
 *
 * @param data the data sets of the study's jobs, in order
 */
export async function collectResults(
  study: Study,
  store: RunStore,
  data: readonly Pick<Dataset, "name" | "fingerprint">[],
): Promise<StudyResults> {
  const keys = study.jobs.map((job, index) => jobKey(job, (data[index] as Dataset).fingerprint));
  const stored = await Promise.all(keys.map((key) => store.results(key)));
  const jobs = await Promise.all(
    study.jobs.map(async (job, index) => ({
      job,
      key: keys[index] as string,
      ...(await statusOf(job, keys[index] as string, stored[index] as StoredResults, store)),
    })),
  );
  const made: Result["made"][] = [];
  const gather = (row: string, column: string, own: readonly StudyCell[]): CellResult => {
    const seeds: SeedResult[] = [];
    const missing: { seed: number; why: string }[] = [];
    for (const { seed, job, evaluation } of own) {
      const result = stored[job]?.found.get(evaluationKey(evaluation));
      if (result) {
        seeds.push(seedResult(seed, result));
        made.push(result.made);
      } else missing.push({ seed, why: why(jobs[job] as JobStatus, stored[job] as StoredResults, evaluation) });
    }
    const summary = seeds.length > 0 ? summarize(seeds.map(({ top1 }) => top1)) : null;
    const seedless = own.every((cell) => cell.row.source === "raw-pixels");
    return { row, column, seedless, seeds, missing, summary };
  };
  const of = (among: readonly StudyCell[], row: string, column: string) =>
    among.filter((cell) => cell.row.name === row && cell.column.name === column);
  const { rows, columns } = study.config;
  const cells = rows.flatMap((row) =>
    columns.map((column) => gather(row.name, column.name, of(study.cells, row.name, column.name))),
  );
  const [trained, untrained] = [...new Set(study.control.map(({ row }) => row.name))];
  const control =
    trained === undefined || untrained === undefined
      ? []
      : columns.map(({ name: column }) => ({
          column,
          above: gather(trained, column, of(study.control, trained, column)),
          below: gather(untrained, column, of(study.control, untrained, column)),
        }));
  const problems = stored.flatMap((one) => one.problems);
  const versions = await store.otherVersions();
  if (versions.length > 0)
    problems.push(
      `${store.folder} also has results of njepa ${versions.join(", ")}; they are kept apart and not used.`,
    );
  problems.push(...mixedProvenance(made));
  const [first] = data;
  return {
    study,
    store: store.folder,
    data: first ? `${first.name} ${first.fingerprint}` : "",
    cells,
    control,
    others: [],
    jobs,
    problems,
    made,
  };
}

/** The finished trainings of a study, in the order of its rows and seeds, with what the first column tells of each. */
export function trainingsOf({ study, cells }: StudyResults): (SeedResult & { row: string })[] {
  const { rows, columns } = study.config;
  const trained = new Set(rows.filter(({ source }) => source === "trained").map(({ name }) => name));
  return cells
    .filter(({ row, column }) => trained.has(row) && column === columns[0]?.name)
    .flatMap(({ row, seeds }) => seeds.map((one) => ({ ...one, row })));
}

function seedResult(seed: number, { numbers, right, protocol, health, key, made }: Result): SeedResult {
  // The only place where shares become percent.
  const subsets = numbers.accuracies.map((share) => 100 * share);
  const top1 = subsets.reduce((sum, value) => sum + value, 0) / subsets.length;
  const { labels } = numbers;
  return { seed, top1, subsets, labels, ...(right && { right }), protocol, fits: fitsOf(numbers), health, key, made };
}

function fitsOf({ accuracies, atEdge = [], converged = [] }: Result["numbers"]): SeedResult["fits"] {
  return {
    count: accuracies.length,
    atEdge: atEdge.filter((names) => names.length > 0).length,
    unconverged: converged.filter((reached) => !reached).length,
  };
}

async function statusOf(
  job: Job,
  key: string,
  stored: StoredResults,
  store: RunStore,
): Promise<Pick<JobStatus, "state" | "detail">> {
  const missing = missingEvaluations(job.evaluations, stored).length;
  const of = job.evaluations.length;
  const disputed = job.evaluations.filter((evaluation) => stored.disputed.has(evaluationKey(evaluation))).length;
  if (missing === 0 && disputed > 0) return { state: "disputed", detail: `${disputed} of ${of}` };
  if (missing === 0) return { state: "done", detail: `${of} of ${of} evaluations` };
  const holder = await lockHolder(store.lockFile(key));
  if (holder) return { state: "running", detail: `process ${holder.pid} on ${holder.host}` };
  const failure = await store.failure(key);
  if (failure) return { state: "failed", detail: failure.message };
  return { state: "missing", detail: `${of - missing} of ${of} evaluations` };
}

function why(
  { state, detail }: JobStatus,
  { disputed }: StoredResults,
  evaluation: Parameters<typeof evaluationKey>[0],
) {
  if (disputed.has(evaluationKey(evaluation))) return "results disagree";
  return state === "failed" ? `failed: ${detail}` : state === "running" ? `running: ${detail}` : "not computed yet";
}
