/** Features, sweeps and studies beside PyTorch and scikit-learn, on Fashion-MNIST at the size of the preset `demo`. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createTrainState,
  type Dataset,
  type EvaluateInput,
  extractFeatures,
  type Features,
  labelSubset,
  openDataset,
  parseRun,
  probe,
  probeFeatures,
  ready,
  type TrainState,
} from "njepa";
import type { Benchmark, BenchmarkOptions, Row } from "./measure";
import { row, takeTurns } from "./measure";
import { missingModules, Peer } from "./peer";

interface Bench {
  options: BenchmarkOptions;
  data: Dataset;
  state: TrainState;
  /** Features are kept here, so that studies begin from them. */
  folder: string;
  /** Null when torch and scikit-learn are not there; `absent` says why. */
  peer: Peer | null;
  absent: string;
}

const subject = { encoder: "student", layers: "last4", blocks: 4, images: "whole images" } as const;
const CLASSES = 10;

export const benchmark: Benchmark = async (options) => {
  await ready();
  const run = parseRun({ preset: "demo" });
  const missing = missingModules(options.python, ["torch", "sklearn"]);
  const script = join(process.cwd(), "scripts/reference/evaluate_peer.py");
  const folder = await mkdtemp(join(tmpdir(), "njepa-bench-"));
  const bench: Bench = {
    options,
    data: await openDataset(run.data),
    state: createTrainState(run),
    folder,
    peer: missing ? null : new Peer(options.python, [script]),
    absent: missing ? ` (absent: ${missing})` : "",
  };
  const parts = { features: featureRows, sweep: sweepRows, agreement: agreementRows, study: studyRows };
  try {
    const rows: Row[] = [];
    for (const [name, part] of Object.entries(parts))
      if (name.includes(options.only)) rows.push(...(await part(bench)));
    return rows;
  } finally {
    bench.peer?.stop();
    bench.state.dispose();
    await rm(folder, { recursive: true, force: true });
  }
};

/** Images per second from pixels in memory to pooled features of the last four layers. */
async function featureRows({ options, data, state, peer, absent }: Bench): Promise<Row[]> {
  const { embedDim: dim, depth, numHeads: heads, patchSize: patch, imageSize: side } = state.run.model;
  const images = data.split("test").count;
  const seconds = await takeTurns<string>(
    {
      ours: async () => void (await extractFeatures(state, data, "test", { layers: "last4" })),
      ...(peer && {
        torch: async () =>
          (
            await peer.ask<{ seconds: number }>({
              what: "features",
              dim,
              depth,
              heads,
              patch,
              side,
              images,
              batch: 500,
            })
          ).seconds,
      }),
    },
    options,
  );
  const { torch } = seconds;
  return [
    row({
      what: `features: ${images} images, ViT of ${depth} × ${dim}, last 4 layers`,
      ours: images / (seconds.ours as number),
      peer: torch === undefined ? null : images / torch,
      peerName: `PyTorch, batch 500, eager${absent}`,
      unit: "images/s",
      better: "more",
    }),
  ];
}

/** The 45 learning rates of the sweep beside one, and one beside PyTorch. */
async function sweepRows({ options, data, state, folder, peer, absent }: Bench): Promise<Row[]> {
  const config = { protocol: "linear", fractions: [1], epochs: 10 } satisfies EvaluateInput;
  const test = takeEvery(await extractFeatures(state, data, "test", { layers: "last4", featuresFolder: folder }), 10);
  const train = takeEvery(await extractFeatures(state, data, "train", { layers: "last4", featuresFolder: folder }), 5);
  const { count, width } = train;
  // Two rates of equal size are one that is chosen with its epoch, as the sweep's is: the same trainings, 2 wide instead of 45.
  const sides = {
    sweep: async () => void (await probeFeatures({ train, test }, subject, CLASSES, { ...config })),
    one: async () =>
      void (await probeFeatures({ train, test }, subject, CLASSES, { ...config, learningRates: [0.1, 0.1] })),
    ...(peer && {
      torch: async () =>
        (
          await peer.ask<{ seconds: number }>({
            what: "sgd",
            count,
            width,
            classes: CLASSES,
            epochs: config.epochs * 2,
            batch: 1024,
          })
        ).seconds,
    }),
  };
  const seconds = await takeTurns<string>(sides, options);
  const torch = seconds.torch ?? null;
  const augmented = {
    protocol: "linear-augmented",
    fractions: [0.05],
    subsets: 1,
    epochs: 3,
    layers: "last4",
  } satisfies EvaluateInput;
  const crops = await takeTurns(
    {
      sweep: async () => void (await probe(state, data, { ...augmented }, { featuresFolder: folder })),
      one: async () =>
        void (await probe(state, data, { ...augmented, learningRates: [0.1, 0.1] }, { featuresFolder: folder })),
    },
    { rounds: Math.min(3, options.rounds) },
  );
  const about = `${count} × ${width}, ${config.epochs} epochs to choose and ${config.epochs} to train`;
  return [
    row({
      what: `sweep: 45 rates on cached features, ${about}`,
      ours: seconds.sweep ?? null,
      peer: seconds.one ?? null,
      peerName: "ours, one rate",
      unit: "s",
      better: "less",
    }),
    row({
      what: "sweep: 45 rates on random crops, 3000 images, 3 + 3 epochs",
      ours: crops.sweep,
      peer: crops.one,
      peerName: "ours, one rate",
      unit: "s",
      better: "less",
    }),
    row({
      what: `sweep: 45 rates on cached features, ${about}`,
      ours: seconds.sweep ?? null,
      peer: torch,
      peerName: `PyTorch, one rate, ${2 * config.epochs} epochs${absent}`,
      unit: "s",
      better: "less",
    }),
  ];
}

/** The same features under scikit-learn: seconds, and accuracies in points. */
async function agreementRows({ options, data, state, folder, peer, absent }: Bench): Promise<Row[]> {
  const test = takeEvery(await extractFeatures(state, data, "test", { layers: "last4", featuresFolder: folder }), 2);
  const all = await extractFeatures(state, data, "train", { layers: "last4", featuresFolder: folder });
  const train = take(all, labelSubset(all.labels, { fraction: 0.1, seed: 0 }));
  const paths = { train: join(folder, "train.f32"), test: join(folder, "test.f32") };
  await Promise.all([writeFile(paths.train, withLabels(train)), writeFile(paths.test, withLabels(test))]);
  const asked = { train: [paths.train, train.count], test: [paths.test, test.count], width: train.width };
  const protocols = {
    logreg: {
      ours: { protocol: "logreg", penalties: [10] } satisfies EvaluateInput,
      peer: { what: "logreg", penalty: 10 },
    },
    knn: { ours: { protocol: "knn" } satisfies EvaluateInput, peer: { what: "knn", k: 20, temperature: 0.07 } },
  };
  const rows: Row[] = [];
  for (const [name, { ours, peer: question }] of Object.entries(protocols)) {
    const accuracies: { ours?: number; peer?: number } = {};
    const seconds = await takeTurns<string>(
      {
        ours: async () => {
          const [result] = await probeFeatures({ train, test }, subject, CLASSES, { ...ours, fractions: [1] });
          accuracies.ours = 100 * (result?.mean ?? Number.NaN);
        },
        ...(peer && {
          peer: async () => {
            const answer = await peer.ask<{ seconds: number; accuracy: number }>({ ...question, ...asked });
            accuracies.peer = 100 * answer.accuracy;
            return answer.seconds;
          },
        }),
      },
      { rounds: Math.min(3, options.rounds) },
    );
    const about = `${name}: ${train.count} × ${train.width}`;
    const peerName = `scikit-learn${absent}`;
    rows.push(
      row({
        what: `agreement: ${about}, time`,
        ours: seconds.ours ?? null,
        peer: seconds.peer ?? null,
        peerName,
        unit: "s",
        better: "less",
      }),
      {
        what: `agreement: ${about}, accuracy on ${test.count}`,
        ours: accuracies.ours ?? null,
        peer: accuracies.peer ?? null,
        peerName,
        unit: "%",
        ratio: null,
      },
    );
  }
  return rows;
}

/** The low-shot study from features that are there: 2 fractions × 5 subsets × 2 layers × 2 encoders. */
async function studyRows({ data, state, folder }: Bench): Promise<Row[]> {
  const study = {
    fractions: [0.01, 0.1],
    subsets: 5,
    layers: ["last", "last4"],
    encoder: ["student", "teacher"],
  } satisfies EvaluateInput;
  await extractFeatures(state, data, "test", { layers: "last4", featuresFolder: folder });
  await extractFeatures(state, data, "train", { layers: "last4", featuresFolder: folder });
  const rows: Row[] = [];
  for (const protocol of ["logreg", "linear", "knn"] as const) {
    const { once } = await takeTurns(
      { once: async () => void (await probe(state, data, { ...study, protocol }, { featuresFolder: folder })) },
      { rounds: 1, warmups: 0 },
    );
    rows.push({
      what: `study: ${protocol}, 1 % and 10 %, 5 subsets, last and last 4, student and teacher`,
      ours: once,
      peer: null,
      peerName: "none (aim: under 60 s)",
      ratio: null,
      unit: "s",
    });
  }
  return rows;
}

function takeEvery(features: Features, step: number): Features {
  return take(
    features,
    Int32Array.from({ length: Math.floor(features.count / step) }, (_, index) => index * step),
  );
}

function take(features: Features, places: Int32Array): Features {
  const { width } = features;
  const values = new Float32Array(places.length * width);
  places.forEach((from, to) => {
    values.set(features.values.subarray(from * width, (from + 1) * width), to * width);
  });
  const labels = Int32Array.from(places, (place) => features.labels[place] as number);
  return { ...features, values, labels, count: places.length };
}

/** Rows of float32 with the label as one more column. */
function withLabels({ values, labels, count, width }: Features): Uint8Array {
  const table = new Float32Array(count * (width + 1));
  for (let at = 0; at < count; at++) {
    table.set(values.subarray(at * width, (at + 1) * width), at * (width + 1));
    table[at * (width + 1) + width] = labels[at] as number;
  }
  return new Uint8Array(table.buffer);
}
