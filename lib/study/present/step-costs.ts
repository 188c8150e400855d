import { presets } from "../../config";
import { summarize } from "../../evaluate";
import { type Displayable, table } from "../../report";
import { operationsPerImage, trainingSpeed } from "../../train";
import type { StudyResults } from "../store/results";
import { openStore } from "../store/store";

/**
 * Cost of a step in each row, relative to the first: operations, calculated, and milliseconds, measured by the
 * trainings in the store.
 */
export async function stepCosts({ study, jobs, store: folder }: StudyResults): Promise<Displayable> {
  const store = openStore(folder);
  const [column] = study.config.columns;
  const rows = study.config.rows.filter(({ source }) => source === "trained");
  const found = await Promise.all(
    rows.map(async ({ name }) => {
      const own = study.cells.filter(({ row, column: at }) => row.name === name && at === column);
      const keys = own.map(({ job }) => jobs[job]?.key as string);
      const speeds = await Promise.all(keys.map((key) => trainingSpeed(store.trainingFolder(key))));
      const run = jobs[own[0]?.job as number]?.job.run as (typeof jobs)[0]["job"]["run"];
      const { batchSize } = run.optimizer;
      const steps = speeds.flatMap((speed) => (speed === null ? [] : [(1000 * batchSize) / speed]));
      return { name, operations: operationsPerImage({ ...run, seed: 0 }), epochs: run.optimizer.epochs, steps };
    }),
  );
  const [first] = found;
  const shown = found.map(({ name, operations, epochs, steps }) => {
    const { mean, std, n } = summarize(steps);
    const base = first && first.steps.length > 0 ? summarize(first.steps).mean : null;
    const measured = steps.length > 0;
    return {
      row: name,
      operations: operations / 1e6,
      ratio: first ? operations / first.operations : null,
      step: measured ? { value: mean, ...(std === null ? {} : { spread: std }), n } : null,
      slower: measured && base !== null ? mean / base : null,
      epochs,
    };
  });
  return table(shown, {
    id: `${study.config.name}-step-costs`,
    caption:
      `What a training step takes with preset ${study.preset} (${presets[study.preset].study.machine}): multiply-adds for each image, teacher, student and ` +
      "predictors with their gradients, and milliseconds a step, compiling left out, mean ± standard deviation over trainings; × the first row",
    columns: {
      row: { header: "" },
      operations: { header: "operations", unit: "million", digits: 1 },
      ratio: { header: "×", digits: 2 },
      step: { header: "a step", unit: "ms", digits: 0 },
      slower: { header: "×", digits: 2 },
      epochs: { digits: 2 },
    },
  });
}
