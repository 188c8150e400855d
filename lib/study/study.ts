import { readFileSync } from "node:fs";
import {
  canonicalJson,
  describeIssues,
  presets,
  type StudyColumn,
  StudyConfig,
  type StudyInput,
  type StudyPreset,
  type StudyPresetName,
  type StudyRow,
  studyPresets,
} from "../config";
import { ConfigError, StudyError } from "../errors";
import { withoutByteOrderMark } from "../system";
import { cellRun, evaluationOf } from "./cell-run";
import { type Job, jobOf, type StudyEvaluation } from "./job";
import { withListHashes } from "./label-lists";
import { checkNames } from "./study-checks";
import { studies } from "./tables";
import { iJepa } from "./tables/rows";

/** One number of a table before averaging over seeds: a training and its evaluation. */
export interface StudyCell {
  row: StudyRow;
  column: StudyColumn;
  seed: number;
  evaluation: StudyEvaluation;
  /** Index into `jobs`. */
  job: number;
}

/** A table at one scale: its cells, and the distinct trainings behind them. */
export interface Study {
  config: StudyConfig;
  preset: StudyPresetName;
  seeds: readonly number[];
  /** Threads of each training, where specified; part of a result's identity. */
  threads?: number;
  /** Label lists by share, where given. */
  labelLists?: Readonly<Record<string, string>>;
  cells: readonly StudyCell[];
  /**
   * The positive control of each column: I-JEPA, whose gain is known, and its encoder before training. Where I-JEPA is
   * not above it, no claim is judged. Empty where no claims are judged at all.
   */
  control: readonly StudyCell[];
  /** The seeds stated beforehand, where others were requested. */
  statedSeeds?: readonly number[];
  /** Each training once, however many cells share it. */
  jobs: readonly Job[];
}

export interface StudyOptions {
  /** Default: `demo`. */
  preset?: StudyPresetName;
  /** Training seeds; default: the preset's. */
  seeds?: readonly number[];
  /**
   * Files that name each share's images, such as SimCLR's lists of ImageNet: `{ 0.01: "1percent.txt", 0.1:
   * "10percent.txt" }`. Columns with that share are probed on them instead of drawn subsets.
   */
  labelLists?: Readonly<Record<string, string>>;
  /**
   * Threads of each training, which change its last digits. Default: one on a CPU, as many as there are beside a GPU.
   */
  threads?: number;
}

/**
 * A table's cells at a preset: rows × columns × seeds, each a parsed run and an evaluation.
 *
 * @param which  one of `studies`, the path of a JSON file of the same form, or a study as an object
 * @throws {ConfigError} for an unknown name, a file that is no study, or cells with invalid settings (all are named)
 * @throws {StudyError} when two cells are the same, or a claim is about a row or column that does not exist
 */
export function openStudy(which: string | StudyInput, options: StudyOptions = {}): Study {
  const config = typeof which === "string" ? named(which) : parsed(which, "study");
  const preset = options.preset ?? "demo";
  if (!studyPresets.includes(preset)) {
    throw new ConfigError(`preset: expected one of ${studyPresets.join(", ")}, got ${JSON.stringify(preset)}`);
  }
  const scale: StudyPreset = presets[preset].study;
  const stated = config.seeds[preset] ?? scale.seeds;
  const seeds = [...(options.seeds ?? stated)];
  checkNames(config, seeds);
  const jobs = new Map<string, Job>();
  const cells: StudyCell[] = [];
  const control: StudyCell[] = [];
  const problems: string[] = [];
  const cellsOf = (row: StudyRow, column: StudyColumn): StudyCell[] => {
    // Runs differ only in their seed, so settings are checked once.
    const run = cellRun(config, row, column, preset, seeds[0] as number);
    const evaluation = withListHashes(onLists(evaluationOf(run, row, column), options.labelLists));
    // Raw pixels have no seed.
    return (row.source === "raw-pixels" ? seeds.slice(0, 1) : seeds).map((seed) => {
      const made = jobOf({ ...run, seed }, row.source, options.threads);
      const job = jobs.get(made.id) ?? made;
      if (!job.evaluations.some((known) => canonicalJson(known) === canonicalJson(evaluation)))
        job.evaluations.push(evaluation);
      jobs.set(job.id, job);
      return { row, column, seed, evaluation, job: [...jobs.keys()].indexOf(job.id) };
    });
  };
  for (const row of config.rows) {
    for (const column of config.columns) {
      try {
        cells.push(...cellsOf(row, column));
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        problems.push(`row "${row.name}", column "${column.name}": ${error.message}`);
      }
    }
  }
  if (problems.length > 0) throw new ConfigError(`study ${config.name}: ${problems.join("\n  ")}`);
  checkDuplicates(config.name, cells);
  if (config.claims.length > 0 && scale.notJudged === undefined)
    for (const column of config.columns) for (const row of controlRows) control.push(...cellsOf(row, column));
  const beside = besideOptions({ ...options, preset });
  const changed = canonicalJson(seeds) === canonicalJson(stated) ? {} : { statedSeeds: stated };
  return { config, ...beside, seeds, ...changed, cells, control, jobs: [...jobs.values()] };
}

/** The library's other tables at the same scale, whose claims form one family with a table's; none for any other study. */
export function othersOf(study: Study): Study[] {
  const { name } = study.config;
  const family = Object.hasOwn(studies, name) ? Object.keys(studies) : [];
  return family.filter((other) => other !== name).map((other) => openStudy(other, besideOptions(study)));
}

/** The options under which other studies are opened beside this one: all but its seeds. */
export function besideOptions({ preset, threads, labelLists }: Pick<Study, "preset" | "threads" | "labelLists">) {
  return { preset, ...(threads !== undefined && { threads }), ...(labelLists && { labelLists }) };
}

/** The evaluation, on its share's label list where there is one. */
function onLists(evaluation: StudyEvaluation, lists: StudyOptions["labelLists"] = {}): StudyEvaluation {
  const list = lists[String(evaluation.fractions[0])];
  return list === undefined || evaluation.shots ? evaluation : { ...evaluation, labelLists: [list] };
}

/** The distinct jobs of several studies, with all evaluations that any of them requests. */
export function jobsOf(all: readonly Study[]): Job[] {
  const jobs = new Map<string, Job>();
  for (const job of all.flatMap((study) => study.jobs)) {
    const known = jobs.get(job.id);
    if (!known) {
      jobs.set(job.id, { ...job, evaluations: [...job.evaluations] });
      continue;
    }
    const have = new Set(known.evaluations.map(canonicalJson));
    known.evaluations.push(...job.evaluations.filter((evaluation) => !have.has(canonicalJson(evaluation))));
  }
  return [...jobs.values()];
}

/** I-JEPA above its untrained encoder: the positive control for every claim. */
const controlRows: readonly StudyRow[] = [
  { name: "I-JEPA", source: "trained", settings: iJepa, paper: {} },
  { name: "untrained encoder", source: "untrained", settings: {}, paper: {} },
];

function named(which: string): StudyConfig {
  if (which.endsWith(".json")) return parsed(read(which), which);
  const names = Object.keys(studies);
  const found = Object.hasOwn(studies, which) ? [which] : names.filter((name) => `${name}-`.startsWith(`${which}-`));
  const [name] = found;
  if (found.length === 1 && name !== undefined) return parsed(studies[name] as StudyInput, name);
  throw new ConfigError(
    `study: expected one of ${names.join(", ")}, or the path of a .json file, got ${JSON.stringify(which)}` +
      `${found.length > 1 ? `, which may be ${found.join(" or ")}` : ""}`,
  );
}

function read(path: string): unknown {
  try {
    return JSON.parse(withoutByteOrderMark(readFileSync(path, "utf8")));
  } catch (error) {
    throw new ConfigError(`study file ${path}: expected a JSON object, got ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function parsed(input: unknown, where: string): StudyConfig {
  const result = StudyConfig.safeParse(input);
  if (result.success) return result.data;
  throw new ConfigError(`${where}: ${describeIssues(result.error.issues, StudyConfig, input).join("\n  ")}`);
}

/** Refuses two cells with the same training, evaluation and seed: one number shown as two. */
function checkDuplicates(name: string, cells: readonly StudyCell[]): void {
  const seen = new Map<string, StudyCell>();
  for (const cell of cells) {
    const key = `${cell.job} ${canonicalJson(cell.evaluation)}`;
    const other = seen.get(key);
    // Raw pixels have no layers: columns that differ only in those show one number.
    if (other && !(cell.row === other.row && cell.row.source === "raw-pixels")) {
      const told = ({ row, column, seed }: StudyCell) => `"${row.name}" × "${column.name}", seed ${seed}`;
      throw new StudyError(
        `study ${name}: ${told(cell)} is the same training and evaluation as ${told(other)}; leave one out.`,
      );
    }
    seen.set(key, cell);
  }
}
