import type { CellResult, Study, StudyCell, StudyResults } from "../../lib/study";
import { sampleMade } from "./sample-result";

/**
 * Percent of one training of a study under one evaluation and label subset; `what` is a number for training and evaluation together, the
 * same in every table.
 */
export type Draw = (what: number, source: string, cell: StudyCell, subset: number) => number;

const health = {
  rankMe: 30,
  rankLimit: 64,
  alphaReq: 1,
  featureStd: 0.5,
  collapsed: null,
  teacherCosine: 0.9,
  teacherLag: 0.3,
  targetByPosition: 0.4,
  targetByImage: 0.3,
};

const made = { key: "0".repeat(64), made: sampleMade };
const fits = { count: 1, atEdge: 0, unconverged: 0 };

/** Results that nobody measured: every number of a study as `draw` has it. */
export function simulated(study: Study, draw: Draw, subsets = 1): StudyResults {
  return simulator(study, subsets)(draw);
}

/** `simulated` for many draws: what of the results is the same for each is made once. */
export function simulator(study: Study, subsets = 1): (draw: Draw) => StudyResults {
  const places = Array.from({ length: subsets }, (_, at) => at);
  const gather = (cells: readonly StudyCell[], row: string, column: string) => {
    const own = cells.filter((cell) => cell.row.name === row && cell.column.name === column);
    const known = own.map((cell) => {
      const job = study.jobs[cell.job];
      return { cell, what: numberOf(`${job?.id} ${JSON.stringify(cell.evaluation)}`), source: job?.source ?? "" };
    });
    const seedless = own.every((cell) => cell.row.source === "raw-pixels");
    return (draw: Draw): CellResult => ({
      row,
      column,
      seedless,
      missing: [],
      summary: null,
      seeds: known.map(({ cell, what, source }) => {
        const values = places.map((at) => draw(what, source, cell, at));
        const top1 = values.reduce((sum, value) => sum + value, 0) / subsets;
        return { seed: cell.seed, top1, subsets: values, labels: 100, protocol: "simulated", fits, health, ...made };
      }),
    });
  };
  const { rows, columns } = study.config;
  const cells = rows.flatMap((row) => columns.map((column) => gather(study.cells, row.name, column.name)));
  const control = (study.control.length === 0 ? [] : columns).map(({ name: column }) => ({
    column,
    above: gather(study.control, "I-JEPA", column),
    below: gather(study.control, "untrained encoder", column),
  }));
  return (draw) => ({
    study,
    store: "",
    data: "",
    cells: cells.map((cell) => cell(draw)),
    control: control.map(({ column, above, below }) => ({ column, above: above(draw), below: below(draw) })),
    others: [],
    jobs: [],
    problems: [],
    made: [],
  });
}

/** Draws that remember: the same training, evaluation and subset have one number. */
export function remembered(draw: Draw): Draw {
  const known: number[][] = [];
  return (what, source, cell, subset) => {
    known[what] ??= [];
    const values = known[what];
    values[subset] ??= draw(what, source, cell, subset);
    return values[subset];
  };
}

const numbers = new Map<string, number>();

/** Texts counted as they come. */
export function numberOf(text: string): number {
  const known = numbers.get(text) ?? numbers.size;
  numbers.set(text, known);
  return known;
}
