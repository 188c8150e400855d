import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { count, print, zeroOrMore } from "../command-line";
import { CliError } from "../errors";
import { printable } from "../printable";
import {
  findWork,
  leftovers,
  openStore,
  publishStudy,
  removeLeftovers,
  type Study,
  studies,
  studyNotebook,
  studyResults,
  verifyStudy,
} from "../study";
import { checkoutFolder, formatBytes } from "../system";

/** Option values of the verbs of `njepa study` that query or change the store. */
export interface StoreValues {
  store?: string | undefined;
  cells: string;
  draw: string;
  row?: string | undefined;
  column?: string | undefined;
  tolerance: string;
  remove?: boolean | undefined;
  "all-checkpoints"?: boolean | undefined;
  "other-versions"?: boolean | undefined;
  json?: boolean | undefined;
}

/** The named store, if any, as an option. */
export function storeOf({ store }: { store?: string | undefined }): { store?: string } {
  return store === undefined ? {} : { store };
}

/** Prints how many training runs are missing. */
export async function dryRun(studies: readonly Study[], values: StoreValues): Promise<number> {
  const { jobs, missing } = await findWork(studies, storeOf(values));
  const [all, lacking] = [jobs.length, missing.length];
  if (values.json) return print(JSON.stringify({ trainings: all, missing: lacking }, null, 2));
  return print(`${lacking} of ${all} trainings would run; status names them`);
}

/** Copies results to where everyone's pages read them. */
export async function publish(opened: readonly Study[], values: StoreValues): Promise<number> {
  let [results, missing] = [0, 0];
  for (const study of opened) {
    results += await publishStudy(study, storeOf(values));
    const { cells, problems } = await studyResults(study, storeOf(values));
    for (const problem of problems) process.stderr.write(`${printable(problem)}\n`);
    missing += cells.reduce((sum, cell) => sum + cell.missing.length, 0);
  }
  const tables = opened.length;
  if (values.json) return print(JSON.stringify({ tables, results, missing }, null, 2));
  const lacking = missing === 0 ? "" : `; ${missing} numbers of their cells are missing`;
  return print(`${results} results of ${tables} tables are published${lacking}`);
}

/** Trains some cells again. @returns 0 where all agree with what is stored */
export async function verify(opened: readonly Study[], values: StoreValues): Promise<number> {
  const options = {
    ...storeOf(values),
    cells: count(values.cells, "cells"),
    seed: zeroOrMore(values.draw, "draw"),
    tolerance: zeroOrMore(values.tolerance, "tolerance", "points"),
    ...(values.row === undefined ? {} : { row: values.row }),
    ...(values.column === undefined ? {} : { column: values.column }),
  };
  let wrong = 0;
  const cells: object[] = [];
  for (const study of opened)
    for (const cell of await verifyStudy(study, options)) {
      const { row, column, seed, stored, again, failed, agrees, made } = cell;
      if (!agrees) wrong++;
      cells.push({ study: study.config.name, ...cell });
      if (values.json) continue;
      const now = again === null ? `failed: ${failed}` : `${again.toFixed(2)} %`;
      const from = `${made.commit?.slice(0, 12) ?? "no commit"}, ${made.device}, TensorFlow ${made.tensorflow}`;
      print(
        `${agrees ? "agrees" : "DIFFERS"}  ${study.config.name}: ${row} × ${column}, seed ${seed}: stored ${stored.toFixed(2)} % (${from}), now ${now}`,
      );
    }
  if (values.json) print(JSON.stringify(cells, null, 2));
  return wrong === 0 ? 0 : 1;
}

/** Writes the tables' notebooks, as defined by their studies, into the checkout. */
export function writeNotebooks(tables: readonly string[]): number {
  const checkout = checkoutFolder();
  if (checkout === null) throw new CliError("notebook writes into a checkout, and this njepa was installed");
  const own = tables.find((name) => !Object.hasOwn(studies, name));
  if (own !== undefined)
    throw new CliError(
      `notebook writes those of ${Object.keys(studies).join(", ")}, and ${own} is a study of your own`,
    );
  const folder = join(checkout, "notebooks");
  for (const name of tables)
    writeFileSync(join(folder, `${name}.ipynb`), `${JSON.stringify(studyNotebook(name), null, 1)}\n`);
  return print(`${tables.length} notebooks written in ${folder}`);
}

/** Lists or removes what no result needs. */
export async function clean(values: StoreValues): Promise<number> {
  const store = openStore(values.store);
  const checkpoints = values["all-checkpoints"] ?? false;
  const found = await leftovers(store, { checkpoints, otherVersions: values["other-versions"] ?? false });
  if (values.remove) await removeLeftovers(found);
  if (values.json)
    return print(JSON.stringify({ store: store.folder, removed: values.remove ?? false, found }, null, 2));
  const bytes = formatBytes(found.reduce((sum, one) => sum + one.bytes, 0));
  const lines = found.map(({ path, why }) => `${path}  ${why}`);
  return print(
    [...lines, `${store.folder}: ${bytes} ${values.remove ? "removed" : "could be removed with --remove"}`].join("\n"),
  );
}
