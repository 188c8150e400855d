import path from "node:path";
import { CliError } from "njepa/errors";
import { diffHtml, diffReports, table, writeReportFile } from "njepa/report";

/** Compares two folders of reports and writes `diff.html`; 0 when they are the same within the tolerance, else 1. */
export async function diffFolders(
  words: readonly string[],
  options: { readonly tolerance: string; readonly strict: boolean; readonly out: string },
): Promise<number> {
  const [a, b, ...more] = words;
  if (a === undefined || b === undefined || more.length > 0)
    throw new CliError(`diff expects two folders of reports, got ${words.length}`);
  const relative = Number(options.tolerance);
  if (options.tolerance.trim() === "" || !(relative >= 0))
    throw new CliError(`--tolerance expects a share of 0 or more, got ${options.tolerance}`);
  const tolerance = { relative, strict: options.strict };
  const diffs = await diffReports(a, b, tolerance);
  const file = path.join(options.out, "diff.html");
  await writeReportFile(file, diffHtml(diffs, { a, b }, tolerance));
  const same = diffs.every((diff) => diff.changes === 0 && diff.note === undefined);
  const rows = diffs.map(({ name, note, numbers, changes, largest }) => ({
    notebook: name,
    verdict: note ?? (changes === 0 ? "same" : "differs"),
    numbers,
    changes,
    largest: largest * 100,
  }));
  const columns = { notebook: {}, verdict: {}, numbers: {}, changes: {}, largest: { unit: "%", digits: 4 } };
  const text = table(rows, { id: "diff", caption: `${a} and ${b}`, columns }).toText();
  process.stdout.write(`${text}\n\n${path.resolve(file)}\n`);
  return same ? 0 : 1;
}
