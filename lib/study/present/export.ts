import { requireChoice } from "../../errors";
import { exportTable, tableFormats } from "../../report";
import type { StudyResults } from "../store/results";
import { conclude } from "../verdicts/conclusion";
import { evalResults } from "./eval-results";
import { studyRuns } from "./study-runs";
import { resultsOptions, resultsRows } from "./study-tables";
import { tableRows } from "./table-rows";

export const studyFormats = [...tableFormats, "eval-results"] as const;
export type StudyFormat = (typeof studyFormats)[number];

/**
 * A study's results as text for other tools: CSV with everything behind each mean, JSON of the whole study with the run
 * behind each number, the readable table in LaTeX or Markdown, or Hugging Face's `eval-results` in YAML.
 *
 * @throws {ConfigError} for a format that is none
 */
export function exportStudy(results: StudyResults, format: StudyFormat): string {
  requireChoice("format", format, studyFormats);
  if (format === "json") return json(results);
  if (format === "eval-results") return evalResults(results);
  const rows = format === "csv" ? tableRows(results) : resultsRows(results);
  const { columns = {}, ...label } = resultsOptions(results);
  return exportTable(rows, format === "csv" ? label : { ...label, columns }, format);
}

function json(results: StudyResults): string {
  const { study, cells, problems, data } = results;
  const { name, title, asks, found, cited } = study.config;
  const claims = conclude(results).claims.map(({ claim, comparisons, verdict, why }) => ({
    says: claim.says,
    by: claim.by,
    verdict,
    why,
    comparisons,
  }));
  const { preset, seeds, statedSeeds } = study;
  const whole = {
    name,
    title,
    preset,
    seeds,
    ...(statedSeeds && { statedSeeds }),
    data,
    asks,
    found,
    rows: tableRows(results),
    runs: studyRuns(results),
    claims,
    cited,
    cells,
    problems,
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}
