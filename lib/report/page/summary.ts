import { readFile } from "node:fs/promises";
import { z } from "zod";
import { type ClaimsModel, parseClaims } from "../claims/claims-model";
import { type NotebookStatus, notebookStatuses } from "../notebook-result";

const entry = z.object({
  name: z.string(),
  title: z.string(),
  status: z.enum(notebookStatuses),
  cells: z.int(),
  seconds: z.number(),
  tables: z.int(),
  figures: z.int(),
  page: z.string(),
  notebook: z.string(),
  finished: z.string(),
  kept: z.string().optional(),
  error: z.string().optional(),
  claims: z.array(z.unknown()).default([]),
});
const file = z.object({ reports: z.array(entry) });

/** One notebook in `summary.json`: how its last execution went and where its page is. */
export interface ReportSummary {
  readonly name: string;
  readonly title: string;
  readonly status: NotebookStatus;
  /** Code cells. */
  readonly cells: number;
  readonly seconds: number;
  readonly tables: number;
  readonly figures: number;
  /** File names beside `summary.json`. */
  readonly page: string;
  readonly notebook: string;
  /** ISO 8601. */
  readonly finished: string;
  /** When the outputs were made, if the last run only reused them; ISO 8601. */
  readonly kept?: string | undefined;
  readonly error?: string | undefined;
  /** Claims with verdicts that its page shows. */
  readonly claims?: readonly ClaimsModel[];
}

/** What an earlier run wrote into `summary.json`; empty if there is none, or it cannot be read. */
export async function readSummary(path: string): Promise<ReportSummary[]> {
  try {
    const read = file.safeParse(JSON.parse(await readFile(path, "utf8")));
    if (!read.success) return [];
    return read.data.reports.map((report) => ({
      ...report,
      claims: report.claims.flatMap((claims) => parseClaims(claims) ?? []),
    }));
  } catch {
    return [];
  }
}
