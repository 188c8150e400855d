import type { Study, StudyCell, StudyResults } from "../../lib/study";

/** Percent of one training of a study under one evaluation and label subset. */
export type Draw = (job: string, source: string, cell: StudyCell, subset: number) => number;

const health = {
  rankMe: 30,
  rankLimit: 64,
  alphaReq: 1,
  featureStd: 0.5,
  collapsed: null,
  teacherCosine: 0.9,
  teacherLag: 0.05,
  targetByPosition: 0.4,
  targetByImage: 0.3,
};

const fits = { count: 1, atEdge: 0, unconverged: 0 };

/** Results that nobody measured: every number of a study as `draw` has it, the same for what tables share. */
export function simulated(study: Study, draw: Draw, subsets = 1): StudyResults {
  const gather = (cells: readonly StudyCell[], row: string, column: string) => {
    const own = cells.filter((cell) => cell.row.name === row && cell.column.name === column);
    const seeds = own.map((cell) => {
      const job = study.jobs[cell.job];
      const values = Array.from({ length: subsets }, (_, at) => draw(job?.id ?? "", job?.source ?? "", cell, at));
      const top1 = values.reduce((sum, value) => sum + value, 0) / subsets;
      return { seed: cell.seed, top1, subsets: values, labels: 100, protocol: "simulated", fits, health };
    });
    const seedless = own.every((cell) => cell.row.source === "raw-pixels");
    return { row, column, seedless, seeds, missing: [], summary: null };
  };
  const { rows, columns } = study.config;
  const control =
    study.control.length === 0
      ? []
      : columns.map(({ name: column }) => ({
          column,
          above: gather(study.control, "I-JEPA", column),
          below: gather(study.control, "untrained encoder", column),
        }));
  return {
    study,
    store: "",
    data: "",
    cells: rows.flatMap((row) => columns.map((column) => gather(study.cells, row.name, column.name))),
    control,
    others: [],
    jobs: [],
    problems: [],
    made: [],
  };
}

/** Draws that remember: the same training, evaluation and subset have one number. */
export function remembered(draw: Draw): Draw {
  const known = new Map<string, number>();
  return (job, source, cell, subset) => {
    const key = `${job} ${JSON.stringify(cell.evaluation)} ${subset}`;
    const value = known.get(key) ?? draw(job, source, cell, subset);
    known.set(key, value);
    return value;
  };
}
