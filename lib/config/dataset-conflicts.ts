import { datasets, isDatasetName } from "./datasets";

type Settings = Record<"data" | "model", Record<string, unknown> | undefined>;

/**
 * Settings that a preset chose for its own data set and that a run silently applies to another, one line each: a preset
 * for Fashion-MNIST would shrink photographs to 28×28 gray.
 */
export function datasetConflicts(preset: string, own: Settings, given: Settings): string[] {
  const [from, to] = [own.data?.name ?? "fashion-mnist", given.data?.name];
  if (!isDatasetName(from) || !isDatasetName(to) || from === to) return [];
  const problems: string[] = [];
  for (const name of ["imageSize", "channels"] as const) {
    const chosen = own.model?.[name];
    const fits = datasets[to][name] === null ? datasets[from][name] === null : datasets[to][name] === chosen;
    if (fits || given.model?.[name] !== undefined) continue;
    const expected = datasets[to][name] ?? "what suits your images, as preset photographs has";
    problems.push(
      `model.${name}: expected with data.name ${to} to be given (${expected}), got only preset ${preset}'s ${chosen}, ` +
        `which is for ${datasets[from].title}`,
    );
  }
  for (const name of ["mean", "std"] as const) {
    if (own.data?.[name] === undefined || given.data?.[name] !== undefined) continue;
    problems.push(`data.${name}: expected with data.name ${to} to be given, got only preset ${preset}'s`);
  }
  return problems;
}
