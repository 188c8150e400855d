import type { StudyResults } from "../store/results";
import { tableRows } from "./table-rows";

/** Data sets by their names on the Hugging Face Hub; a person's own images have none. */
const onTheHub: Readonly<Record<string, string>> = {
  "fashion-mnist": "zalando-datasets/fashion_mnist",
  "cifar-10": "uoft-cs/cifar10",
  "cifar-100": "uoft-cs/cifar100",
  "tiny-imagenet": "zh-plus/tiny-imagenet",
  imagenette: "frgfm/imagenette",
  "imagenet-1k": "ILSVRC/imagenet-1k",
};

/**
 * A study's measured means in the form of Hugging Face's `.eval_results/*.yaml`, one entry per row and column: top-1 in
 * percent, with the row, the column, the seeds and the protocol as its notes. The Hub shows an entry in a model's
 * repository once the data set there lists the task.
 *
 * Source: https://huggingface.co/docs/hub/eval-results
 */
export function evalResults(results: StudyResults): string {
  const [first] = results.study.jobs;
  const data = first?.run.data.name ?? "";
  const last =
    results.made
      .map(({ finished }) => finished)
      .sort()
      .at(-1) ?? "";
  const entries = tableRows(results).flatMap(({ row, column, mean, interval95, seeds, protocol, missing }) => {
    if (mean === null) return [];
    const spread = interval95 === null ? "" : ` ± ${interval95.toFixed(2)} (95 %)`;
    const lacking = missing === null ? "" : ` (${missing})`;
    const notes = `${row}, ${column}: top-1 in percent${spread}, training seeds ${seeds}${lacking}; ${protocol}`;
    return [
      "- dataset:",
      `    id: ${quoted(onTheHub[data] ?? data)}`,
      "    task_id: image_classification",
      `  value: ${mean.toFixed(2)}`,
      `  date: ${quoted(last.slice(0, 10))}`,
      `  notes: ${quoted(notes)}`,
    ];
  });
  return `${entries.join("\n")}\n`;
}

/** JSON's strings are YAML's, too. */
const quoted = (text: string): string => JSON.stringify(text);
