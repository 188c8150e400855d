import { canonicalJson, type Run } from "../../config";
import { isPlainObject } from "../../plain-object";
import type { Study } from "../study";

/** Settings in which the trained rows of a study differ, by path; `–` for those that a row's method does not use. */
export function settingsRows(study: Study): Record<string, string>[] {
  const trained = study.config.rows.filter((row) => row.source === "trained");
  const flat = trained.map(({ name }) => {
    const cell = study.cells.find((it) => it.row.name === name);
    return { name, settings: flatten(method(study.jobs[cell?.job ?? 0]?.run)) };
  });
  const paths = [...new Set(flat.flatMap(({ settings }) => Object.keys(settings)))];
  // A setting that some rows' methods do not use is shown only if it is a loss weight or the noise level.
  const differing = paths.filter((path) => {
    const values = flat.flatMap(({ settings }) => settings[path] ?? []);
    return new Set(values).size > 1 || (values.length < flat.length && /^objective\.lambda|^noise\.level/.test(path));
  });
  return flat.map(({ name, settings }) => ({
    row: name,
    ...Object.fromEntries(differing.map((path) => [path, settings[path] ?? "–"])),
  }));
}

function method(run: Run | undefined): object {
  if (!run) return {};
  const { preset: _, seed: __, evaluate: ___, noise, ...rest } = run;
  // I-JEPA has no noisy predictor: its noise settings are not used.
  return run.objective.method === "i-jepa" ? rest : { ...rest, noise };
}

/** `{ a: { b: 1 } }` as `{ "a.b": "1" }`. */
function flatten(value: object, path = ""): Record<string, string> {
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, entry]) => {
      const at = path === "" ? key : `${path}.${key}`;
      if (isPlainObject(entry)) return flatten(entry, at);
      return { [at]: typeof entry === "string" ? entry : canonicalJson(entry) };
    }),
  );
}
