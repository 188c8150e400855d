import path from "node:path";
import { ConfigError } from "../errors";
import { type Displayable, diffHtml, diffReports, type Tolerance, table, writeReportFile } from "../report";

/** What two folders of reports have in common. */
export interface ReportComparison {
  /** No notebook differs, and both folders have all of them. */
  readonly same: boolean;
  /** One for each notebook: verdict, numbers compared, changes, the largest of them in percent. */
  readonly rows: readonly Record<string, string | number>[];
  /** The rows as a table. */
  readonly table: Displayable;
  /** Path of the page that shows each change. */
  readonly page: string;
}

/**
 * Compares two folders of reports number by number, and writes `diff.html`.
 *
 * @param options.out      folder for the page. Default: the second of the two
 * @param options.relative the share by which two numbers may differ. Default 0
 * @param options.strict   times, rates and memory count too. Default: no
 * @throws {ConfigError} when `relative` is negative or no number
 */
export async function compareReports(
  before: string,
  after: string,
  options: Partial<Tolerance> & { readonly out?: string } = {},
): Promise<ReportComparison> {
  const { out = after, relative = 0, strict = false } = options;
  if (!(relative >= 0)) throw new ConfigError(`the tolerance is a share of 0 or more, got ${relative}`);
  const tolerance = { relative, strict };
  const diffs = await diffReports(before, after, tolerance);
  const page = path.resolve(out, "diff.html");
  await writeReportFile(page, diffHtml(diffs, { a: before, b: after }, tolerance));
  const rows = diffs.map(({ name, note, numbers, changes, largest }) => ({
    notebook: name,
    verdict: note ?? (changes === 0 ? "same" : "differs"),
    numbers,
    changes,
    largest: largest * 100,
  }));
  const columns = { notebook: {}, verdict: {}, numbers: {}, changes: {}, largest: { unit: "%", digits: 4 } };
  return {
    same: diffs.every((diff) => diff.changes === 0 && diff.note === undefined),
    rows,
    table: table(rows, { id: "diff", caption: `${before} and ${after}`, columns }),
    page,
  };
}
