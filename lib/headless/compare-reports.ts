import path from "node:path";
import { ConfigError } from "../errors";
import { type Displayable, diffHtml, diffReports, type Tolerance, table, writeReportFile } from "../report";

/** How two folders of reports compare. */
export interface ReportComparison {
  /** Whether no notebook differs and both folders have the same ones. */
  readonly same: boolean;
  /** One row per notebook: verdict, numbers compared, changes, and the largest change in percent. */
  readonly rows: readonly Record<string, string | number>[];
  /** The rows as a table. */
  readonly table: Displayable;
  /** Path of the page that shows every change. */
  readonly page: string;
}

/**
 * Compares two folders of reports number by number, and writes `diff.html`.
 *
 * @param options.out      folder for the page. Default: the second of the two
 * @param options.relative relative difference allowed between two numbers. Default 0
 * @param options.strict   whether times, rates and memory count too. Default: no
 * @throws {ConfigError} when `relative` is negative or not a number
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
