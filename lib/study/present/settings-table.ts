import { canonicalJson, presets, type Run } from "../../config";
import { type Displayable, provenance, table } from "../../report";
import type { StudyResults } from "../store/results";
import type { Study } from "../study";

/** What is trained for each row: the settings in which the rows differ, and how many trainings that is. */
export function settingsTable(study: Study): Displayable {
  const trained = study.config.rows.filter((row) => row.source === "trained");
  const flat = trained.map(({ name }) => {
    const cell = study.cells.find((it) => it.row.name === name);
    return { name, settings: flatten(method(study.jobs[cell?.job ?? 0]?.run)) };
  });
  const paths = [...new Set(flat.flatMap(({ settings }) => Object.keys(settings)))];
  // A setting that some rows lack, since their method has no use for it, is told where it is what the row is about.
  const differing = paths.filter((path) => {
    const values = flat.flatMap(({ settings }) => settings[path] ?? []);
    return new Set(values).size > 1 || (values.length < flat.length && /^objective\.lambda|^noise\.level/.test(path));
  });
  const rows = flat.map(({ name, settings }) => ({
    row: name,
    ...Object.fromEntries(differing.map((path) => [path, settings[path] ?? "–"])),
  }));
  const { time, machine, command } = presets[study.preset].study;
  const caption =
    `What the rows differ in. ${study.jobs.length} trainings with preset ${study.preset}, seeds ${study.seeds.join(", ")}; all ` +
    `tables together: ${time} on ${machine}, ${command}`;
  return table(rows, { id: `${study.config.name}-settings`, caption, columns: { row: { header: "" } } });
}

/** Engine, devices, data and seeds of the results, for the foot of a page. */
export function studyProvenance(results: StudyResults): Displayable {
  const unique = (values: readonly string[]) => [...new Set(values)].join("; ") || undefined;
  return provenance({
    tensorflow: unique(results.made.map(({ tensorflow }) => tensorflow)),
    device: unique(results.made.map(({ device, host }) => `${device} of ${host}`)),
    data: results.data,
    seeds: results.study.seeds,
  });
}

function method(run: Run | undefined): object {
  if (!run) return {};
  const { preset: _, seed: __, evaluate: ___, noise, ...rest } = run;
  // I-JEPA has no noisy predictor: whatever its noise settings say is not used.
  return run.objective.method === "i-jepa" ? rest : { ...rest, noise };
}

/** `{ a: { b: 1 } }` as `{ "a.b": "1" }`. */
function flatten(value: object, path = ""): Record<string, string> {
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, entry]) => {
      const at = path === "" ? key : `${path}.${key}`;
      if (typeof entry === "object" && entry !== null && !Array.isArray(entry)) return flatten(entry, at);
      return { [at]: typeof entry === "string" ? entry : canonicalJson(entry) };
    }),
  );
}
