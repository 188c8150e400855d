import { type StudyConfig, studyPresets } from "../config";
import { StudyError } from "../errors";

/**
 * Checks the seeds, and that every row, column and preset that a study names exists.
 *
 * @throws {StudyError} naming the first that does not, or that stands there twice
 */
export function checkNames(config: StudyConfig, seeds: readonly number[]): void {
  const rows = config.rows.map((row) => row.name);
  const columns = config.columns.map((column) => column.name);
  for (const [what, names] of [
    ["row", rows],
    ["column", columns],
    ["seed", seeds.map(String)],
  ] as const) {
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new StudyError(`study ${config.name}: the ${what} "${twice}" stands there twice.`);
  }
  if (seeds.length < 1 || seeds.length > 40)
    throw new StudyError(`study ${config.name}: expected 1 to 40 seeds, got ${seeds.length}.`);
  const odd = seeds.find((seed) => !Number.isSafeInteger(seed));
  if (odd !== undefined) throw new StudyError(`study ${config.name}: expected whole numbers as seeds, got ${odd}.`);
  const check = (whose: string, what: string, name: string, known: readonly string[]) => {
    if (known.includes(name)) return;
    throw new StudyError(`study ${config.name}: ${whose} the ${what} "${name}"; expected one of ${known.join(", ")}.`);
  };
  for (const ordering of config.claims.flatMap((claim) => claim.orderings)) {
    const { below, above, column, aboveColumn = column, contrast } = ordering;
    for (const row of [below, above, ...Object.keys(contrast ?? {})]) check("a claim is about", "row", row, rows);
    for (const one of [column, aboveColumn]) if (one !== undefined) check("a claim is about", "column", one, columns);
    if (contrast === undefined && above === below && (aboveColumn ?? columns[0]) === (column ?? columns[0]))
      throw new StudyError(`study ${config.name}: a claim compares the row "${above}" with itself; expected another.`);
  }
  for (const row of config.rows)
    for (const name of Object.keys(row.paper))
      check(`the paper's numbers of "${row.name}" are of`, "column", name, columns);
  for (const name of Object.keys(config.headline)) check("headline names", "column", name, columns);
  for (const name of Object.keys(config.seeds)) check("seeds are stated for", "preset", name, studyPresets);
}
