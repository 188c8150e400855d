import { type Displayable, table } from "../../report";
import { invocation } from "../../system";
import type { StudyResults } from "../store/results";
import type { Study } from "../study";

/** One number of a study with the training behind it. */
export interface StudyRun {
  row: string;
  column: string;
  seed: number;
  top1: number;
  /** Name of the training's folder in the store, and in `reports/published` where it was published. */
  run: string;
  commit: string | null;
  seconds: number;
  finished: string;
  /** Trains and evaluates this cell again and compares. */
  command: string;
  [column: string]: string | number | null;
}

/** Each number of a study's results, with the run it is of and the command that recomputes it. */
export function studyRuns({ study, cells }: StudyResults): StudyRun[] {
  return cells.flatMap(({ row, column, seeds, seedless }) =>
    (seedless ? seeds.slice(0, 1) : seeds).map(({ seed, top1, key, made }) => ({
      row,
      column,
      seed,
      top1,
      run: key,
      commit: made.commit,
      seconds: made.trainSeconds,
      finished: made.finished,
      command: studyCommand(study, "verify ", ` --row ${quoted(row)} --column ${quoted(column)} --seeds ${seed}`),
    })),
  );
}

/** The command of a verb on a study as it was opened, but for its seeds. */
export function studyCommand({ config, preset, threads }: Study, verb: string, options: string): string {
  const asked = threads === undefined ? "" : ` --threads ${threads}`;
  return invocation("study", `${verb}${config.name} --preset ${preset}${asked}${options}`);
}

/** A word in double quotes in which a shell finds nothing to do. */
function quoted(word: string): string {
  return `"${word.replace(/["\\$`]/g, "\\$&")}"`;
}

/** The trainings of each row: the folder of their results and curves, and how to compute one again. */
export function runsTable(results: StudyResults): Displayable {
  const { study, cells } = results;
  const rows = study.config.rows.flatMap(({ name, source }) => {
    const own = cells.filter(({ row }) => row === name);
    const trainings = new Map(own.flatMap(({ seeds }) => seeds.map((one) => [one.key, one])));
    const seedless = own.every((cell) => cell.seedless);
    return [...trainings.values()].map(({ seed, key, made }) => ({
      row: name,
      seed: seedless ? "none" : String(seed),
      run: `${key.slice(0, 12)}…`,
      commit: made.commit?.slice(0, 7) ?? "unknown",
      minutes: source === "trained" ? made.trainSeconds / 60 : null,
      finished: made.finished.slice(0, 10),
    }));
  });
  return table(rows, {
    id: `${study.config.name}-runs`,
    caption:
      "The trainings. Results and curves of each lie in the folder of its name, in the store or in reports/published; " +
      `${studyCommand(study, "verify ", " --row ROW --seeds SEED")} computes one again and compares`,
    columns: {
      row: { header: "" },
      seed: { align: "right" },
      minutes: { digits: 1 },
    },
  });
}
