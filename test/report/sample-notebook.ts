import type { ICell, INotebookContent, IOutput } from "@jupyterlab/nbformat";
import { type Displayable, figure, images, maskFigure, maskTable, provenance, table } from "../../lib/report";

/** The output that showing a thing leaves in a notebook file. */
export async function shownOutput(thing: Displayable): Promise<IOutput> {
  const data = JSON.parse(JSON.stringify(await thing.toMimeBundle()));
  return { output_type: "display_data", data, metadata: (thing.metadata ?? {}) as IOutput["metadata"] } as IOutput;
}

export function codeCell(source: string, outputs: IOutput[] = [], seconds?: number): ICell {
  const execution =
    seconds === undefined
      ? {}
      : {
          execution: {
            "iopub.execute_input": "2024-05-01T10:00:00.000Z",
            "shell.execute_reply": new Date(Date.parse("2024-05-01T10:00:00.000Z") + seconds * 1000).toISOString(),
          },
        };
  return { cell_type: "code", source, outputs, execution_count: 1, metadata: execution } as ICell;
}

export function textCell(source: string): ICell {
  return { cell_type: "markdown", source, metadata: {} } as ICell;
}

export function notebookOf(cells: ICell[]): INotebookContent {
  return { nbformat: 4, nbformat_minor: 5, metadata: {} as INotebookContent["metadata"], cells };
}

export function stream(text: string, name: "stdout" | "stderr" = "stdout"): IOutput {
  return { output_type: "stream", name, text } as IOutput;
}

export const probeTable = table(
  [
    { features: "raw pixels", one: { value: 68.1234, spread: 1.04, n: 5 }, all: 84.21, seconds: 3 },
    { features: "untrained encoder", one: { value: 61.9, spread: 0.96, n: 5 }, all: 80.37, seconds: 14 },
    { features: "I-JEPA", one: { value: 71.25, spread: 0.81, n: 5 }, all: 86.02, seconds: 15 },
    { features: "N-JEPA, multi-level", one: { value: 72.4, spread: 0.71, n: 5 }, all: null, seconds: 15 },
  ],
  {
    id: "table-probe",
    caption: "Linear probe on Fashion-MNIST: mean and standard deviation over label subsets.",
    columns: {
      features: { header: "features" },
      one: { header: "1 % of labels", unit: "top-1 %", digits: 1 },
      all: { header: "all labels", unit: "top-1 %", digits: 1 },
      seconds: { header: "fit", unit: "s" },
    },
  },
);

export const lossFigure = figure(
  {
    data: {
      values: Array.from({ length: 240 }, (_, at) => ({
        step: (at >> 1) * 5,
        loss: (at % 2 ? 0.42 : 0.5) * Math.exp(-at / 110) + 0.11 + 0.012 * Math.sin(at * 1.7),
        method: at % 2 ? "N-JEPA, multi-level" : "I-JEPA",
      })),
    },
    mark: "line",
    encoding: {
      x: { field: "step", type: "quantitative", title: "step" },
      y: { field: "loss", type: "quantitative", title: "smooth-L1 loss", scale: { zero: true } },
      color: { field: "method", type: "nominal", title: "method" },
    },
  },
  { id: "figure-loss", caption: "Training loss of the clean predictor at the demo size, one seed." },
);

/** Eight drawn shirts and discs: gray pictures that need no data set. */
export function drawings(batch = 8, side = 28) {
  const pixels = new Uint8Array(batch * side * side);
  for (let image = 0; image < batch; image++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const radius = Math.hypot(x - side / 2 + 0.5, y - side / 2 + 0.5);
        const shirt =
          (Math.abs(x - 13.5) < 6 + (image % 3) && y > 4 && y < 25) || (Math.abs(x - 13.5) < 12 && y > 5 && y < 11);
        const inside = image % 2 === 0 ? shirt : radius < 7 + (image % 5);
        if (inside) pixels[(image * side + y) * side + x] = 110 + ((x * 7 + y * 5 + image * 31) % 130);
      }
    }
  }
  return { pixels, count: batch, height: side, width: side, channels: 1 };
}

/** Two target blocks of 2×3 and a context of the left three columns, on a grid of 7×7, for every image. */
export function plainMasks(images = 8) {
  const corners = [9, 30, 18, 37];
  const targets = corners.flatMap((corner) =>
    Array.from({ length: images }, (_, image) => [0, 1, 2, 7, 8, 9].map((step) => corner + step - (image % 2))).flat(),
  );
  const targetSet = (image: number) =>
    new Set(corners.flatMap((corner) => [0, 1, 2, 7, 8, 9].map((step) => corner + step - (image % 2))));
  const contextPatches = 26;
  const context = new Int32Array(images * contextPatches);
  const contextLength = new Int32Array(images);
  for (let image = 0; image < images; image++) {
    const kept = Array.from({ length: 42 }, (_, at) => at).filter((at) => !targetSet(image).has(at));
    const used = kept.slice(0, contextPatches - (image % 3));
    contextLength[image] = used.length;
    for (let at = 0; at < contextPatches; at++) context[image * contextPatches + at] = used[at] ?? used.at(-1) ?? 0;
  }
  return {
    images,
    blocks: corners.length,
    context,
    contextLength,
    contextPatches,
    targets: Int32Array.from(targets),
    targetPatches: 6,
  };
}

/** A notebook as a person would write one, executed: every kind of output that a page has to draw. */
export async function sampleNotebook(): Promise<INotebookContent> {
  const masks = plainMasks();
  const pictures = drawings();
  return notebookOf([
    textCell(
      "# Noise at several levels\n\nDoes predicting *noised* latents help when labels are few? The noisy prediction is " +
        "weighted by $\\lambda_{NT}$, and the level is drawn as $\\ln\\sigma \\sim \\mathcal{N}(P_{mean}, P_{std}^2)$:\n\n" +
        "$$\\mathcal{L} = \\mathcal{L}_{CT} + \\lambda_{NT}\\,\\frac{1}{M}\\sum_{m=1}^{M} \\lVert \\hat{z}_m - z_m \\rVert_1$$\n\n" +
        "A run costs $5 of electricity, or $6 in winter. See the [protocol](01-protocol.ipynb) and " +
        "[the paper](https://example.org/paper).",
    ),
    textCell("## The data\n\nTen kinds of clothing, 28 × 28 gray pixels. Cost: 2 seconds."),
    codeCell(
      '// Which pictures are these?\nconst data = await njepa.openDataset(run.data);\nconst batch = await data.split("train").read(first(8));\nshow(njepa.images(batch, { id: "figure-images", caption: "Eight drawings." }));',
      [
        await shownOutput(
          images(pictures, {
            id: "figure-images",
            caption: "Eight drawings of the training set, as they are.",
            titles: Array.from({ length: 8 }, (_, at) => (at % 2 ? "disc" : "shirt")),
          }),
        ),
      ],
      1.24,
    ),
    textCell("### What has to be imagined\n\nEach target block is predicted from the context alone."),
    codeCell(
      '// Which patches does the predictor have to imagine?\nconst masks = njepa.sampleMasks(grid, { images: 8, seed, step: 0 }, run.masking);\nshow(njepa.maskFigure({ images: batch, masks, patchSize: 4 }, { id: "figure-masks", caption }));',
      [
        await shownOutput(
          maskFigure(
            { images: pictures, masks, patchSize: 4 },
            { id: "figure-masks", caption: "Context and target blocks of the first step." },
          ),
        ),
        await shownOutput(
          maskTable(
            { masks, grid: { height: 7, width: 7 }, limit: 4 },
            { id: "table-masks", caption: "Patches that each image keeps and has to predict." },
          ),
        ),
      ],
      0.42,
    ),
    textCell(
      '## Training\n\nThe preset `demo`:\n\n```ts\nconst run = njepa.parseRun({ preset: "demo" }); // 2 cores, 3 minutes\n```\n\n| grain | call |\n|---|---|\n| run | `train` |\n| step | `trainStep` |',
    ),
    codeCell(
      "// Train both methods, or read the checkpoint of the same run.\nconst state = await njepa.createTrainState(run);\nawait njepa.train(state, data, run);",
      [
        stream(
          "engine: TensorFlow 2.21.0 on 2 CPU cores\nstep 10/600\rstep 300/600\rstep 600/600  loss 0.131  \u001b[32m1.9 min\u001b[0m\n",
        ),
        stream("a warning of the \u001b[33mengine\u001b[0m\n", "stderr"),
        await shownOutput(lossFigure),
        await shownOutput(
          provenance({
            tensorflow: "2.21.0",
            device: "CPU, 2 cores",
            data: "fashion-mnist 3f1c9a2e",
            seeds: [0, 1, 2],
          }),
        ),
      ],
      114,
    ),
    textCell(
      "## Probing\n\n> Expect the untrained encoder below raw pixels.\n\n1. 1 % of the labels, five subsets\n2. all labels",
    ),
    codeCell(
      "show(njepa.table(rows, { id: 'table-probe', caption, columns }));",
      [await shownOutput(probeTable)],
      61.5,
    ),
    codeCell("// What does a foreign library print as HTML?\ndisplay.html(other);", [
      {
        output_type: "display_data",
        data: { "text/html": "<p style='font-family:sans-serif'>HTML of <b>another</b> library</p>" },
        metadata: {},
      } as IOutput,
    ]),
  ]);
}
