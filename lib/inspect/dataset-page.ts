import type { INotebookContent } from "@jupyterlab/nbformat";
import type { Dataset, Inspection } from "../data";
import { type Cell, type Displayable, images, pageHtml, table } from "../report";
import { invocation } from "../system";

/** Most images on a page: about 6 kB each at 64 pixels. */
const MOST = 120;
const PER_CLASS = 6;
const ROWS = 200;

/**
 * A standalone page about a data set: images of every class, and the tables of `inspectionText`.
 *
 * @param it   the findings of `inspectDataset`
 * @param data the data set that it opened
 */
export async function inspectionPage(it: Inspection, data: Dataset): Promise<string> {
  const train = data.split("train");
  const places: number[] = [];
  const seen = new Map<number, number>();
  const perClass = Math.max(1, Math.min(PER_CLASS, Math.floor(MOST / Math.max(1, it.classNames.length))));
  train.labels.forEach((label, place) => {
    const count = seen.get(label) ?? 0;
    if (count >= perClass || (count === 0 && seen.size >= MOST)) return;
    seen.set(label, count + 1);
    places.push(place);
  });
  const batch = await train.read(Int32Array.from(places));
  const titles = [...batch.labels].map((label) => it.classNames[label] ?? "unlabelled");
  const facts: Record<string, Cell>[] = [
    { what: "width", least: it.width.least, median: it.width.median, most: it.width.most },
    { what: "height", least: it.height.least, median: it.height.median, most: it.height.most },
  ];
  const classes = it.classNames.slice(0, ROWS).map((name, label) => ({
    class: name,
    ...Object.fromEntries(it.splits.map((split) => [split.name, split.perClass[label] ?? 0])),
  }));
  const parts = it.splits.flatMap(({ name, images: count, subsets }) => [
    { split: name, labels: "all", images: count },
    ...subsets.map((one) => ({ split: name, labels: `${one.fraction * 100} %`, images: one.images })),
  ]);
  const problems = it.problems.slice(0, ROWS).map(({ file, kind, message }) => ({ file, kind, message }));
  const shown: [string, Displayable][] = [
    [
      "Images",
      images(batch, {
        id: "contact-sheet",
        caption: `${places.length} training images as evaluation sees them.`,
        titles,
      }),
    ],
    [
      "Splits",
      table(parts, { id: "splits", caption: "Images of each split, and of class-balanced parts of its labels." }),
    ],
    [
      "Sizes",
      table(facts, { id: "sizes", caption: `Pixels of the stored images; ${it.rotated} ask for a rotation by EXIF.` }),
    ],
    ["Classes", table(classes, { id: "classes", caption: `Images of each class (${it.classNames.length} classes).` })],
    [
      "Problems",
      table(problems, {
        id: "problems",
        caption: `What was found to be wrong: ${it.problems.length} in all, ${it.skipped} images left out.`,
      }),
    ],
  ];
  const cells: unknown[] = [
    markdown(`# ${it.root.split("/").at(-1) ?? it.root}\n\nFingerprint \`${it.fingerprint}\`.`),
  ];
  for (const [heading, thing] of shown) cells.push(markdown(`## ${heading}`), await output(thing));
  const notebook = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 } as unknown as INotebookContent;
  const count = it.splits.reduce((sum, split) => sum + split.images, 0);
  const about = `${count} images of ${it.classNames.length} classes in ${it.root}, as ${invocation("data", "inspect")} found them`;
  return (await pageHtml({ name: it.name, notebook, status: "ok", seconds: 0 }, {}, { about })).html;
}

function markdown(source: string) {
  return { cell_type: "markdown", metadata: {}, source };
}

async function output(thing: Displayable) {
  const data = await thing.toMimeBundle();
  const outputs = [{ output_type: "display_data", data, metadata: thing.metadata ?? {} }];
  return { cell_type: "code", metadata: {}, source: "", execution_count: null, outputs };
}
