/** Reading JPEGs into training crops, against torchvision and Pillow, and the share of a step spent waiting. */
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  batches,
  compile,
  createTrainState,
  type Dataset,
  engineMemory,
  type ImageBatch,
  openDataset,
  parseRun,
  planStep,
  type Run,
  ready,
  runLength,
  tf,
  trainStep,
} from "njepa";
import { uint8Tensor } from "njepa/engine";
import { boxTensor, cropImages, normalizeImages, randomCropBoxes } from "njepa/pixels";
import { makeJpegFolder } from "./jpeg-folder";
import { type Benchmark, type BenchmarkOptions, type Row, row, takeTurns } from "./measure";
import { missingModules, Peer } from "./peer";

const SIZE = 224;
const BATCH = 32;
const IMAGES = 320;
const SCALE: [number, number] = [0.3, 1];

export const benchmark: Benchmark = async (options) => {
  await ready();
  const { rounds, only } = options;
  const wanted = (what: string) => what.includes(only);
  const rows: Row[] = [];
  if (wanted("crops at 224") || wanted("memory") || wanted("gray levels")) rows.push(...(await readingRows(options)));
  for (const preset of ["demo", "small"] as const) {
    const what = `share of a step spent waiting for data, ${preset}`;
    if (!wanted(what)) continue;
    const ours = (await waitingShare(preset, 4 + 3 * rounds)) * 100;
    rows.push(row({ what, ours, peer: null, peerName: "goal: under 3 %", unit: "%", better: "less" }));
  }
  return rows.filter(({ what }) => wanted(what));
};

async function readingRows({ rounds, python }: BenchmarkOptions): Promise<Row[]> {
  const missing = missingModules(python, ["torch", "torchvision", "PIL"]);
  const peer = missing ? null : new Peer(python, [join(resolve(__dirname, "../../.."), "scripts/reference/loader.py")]);
  const peerName = missing ? `absent: ${missing}` : "torchvision RandomResizedCrop on Pillow, DataLoader";
  const root = await makeJpegFolder(IMAGES);
  try {
    const [device, host] = [await openJpegs(root, "device"), await openJpegs(root, "host")];
    const resample = resampler();
    let megabytes = 0;
    let epoch = 0;
    const ask = { do: "epoch", folder: join(root, "train"), batch: BATCH, size: SIZE, scale: SCALE };
    const seconds = await takeTurns(
      {
        device: () => epochSeconds(device, epoch++),
        host: () => epochSeconds(host, epoch++),
        whole: () => epochSeconds(device, epoch++, resample.run),
        peer: async () => {
          if (!peer) return 0;
          const answer = await peer.ask<{ seconds: number; megabytes: number }>(ask);
          megabytes = answer.megabytes;
          return answer.seconds;
        },
      },
      { rounds },
    );
    resample.dispose();
    const perSecond = (time: number) => IMAGES / time;
    const rate = (what: string, time: number) =>
      row({
        what,
        ours: perSecond(time),
        peer: peer ? perSecond(seconds.peer) : null,
        peerName,
        unit: "crops per CPU-second",
        better: "more",
      });
    const rows = [
      rate("crops at 224 of 500×375 JPEGs, decoded and cut; the step resamples", seconds.device),
      rate("crops at 224 of 500×375 JPEGs, resized on the host", seconds.host),
      rate("crops at 224 of 500×375 JPEGs, and the step's resampling, on this CPU too", seconds.whole),
    ];
    const largest = engineMemory().peakResidentBytes / 1e6;
    const memory = { what: "memory, TensorFlow and all", unit: "MB", better: "less" as const, peerName };
    rows.push(row({ ...memory, ours: largest, peer: peer ? megabytes : null }));
    if (peer) rows.push(...(await differences(root, device, peer, resample)));
    return rows;
  } finally {
    peer?.stop();
    await rm(root, { recursive: true });
  }
}

function openJpegs(root: string, resample: "device" | "host"): Promise<{ data: Dataset; run: Run }> {
  const run = parseRun({
    preset: "paper-100",
    data: { name: "folder", path: root, crop: { resample, scale: SCALE } },
    objective: { method: "i-jepa" },
  });
  return openDataset(run.data).then((data) => ({ data, run }));
}

/** Buffers to reuse, as in a training run, whose epochs share them. */
const recycle: Uint8Array[] = [];

/** CPU-seconds of this process over an epoch: all threads, all batches, the end of the epoch included. */
async function epochSeconds(
  { data, run }: { data: Dataset; run: Run },
  epoch: number,
  use: (batch: ImageBatch, run: Run) => Promise<unknown> = async () => {},
): Promise<number> {
  const before = process.cpuUsage();
  const order = { batchSize: BATCH, seed: 0, epoch, crop: run.data.crop, recycle };
  for await (const batch of batches(data.split("train"), order)) await use(batch, run);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** What a step does to a batch before the model: resample and normalize, compiled. */
function resampler() {
  const compiled = new Map<string, ReturnType<typeof compile<[tf.Tensor4D, tf.Tensor2D], tf.Tensor4D>>>();
  const made = (run: Run, { height, width }: ImageBatch) => {
    const key = `${height}×${width}`;
    const known =
      compiled.get(key) ??
      compile((pixels: tf.Tensor4D, boxes: tf.Tensor2D) =>
        normalizeImages(cropImages(pixels, { boxes }, SIZE, "bilinear"), run.data),
      );
    compiled.set(key, known);
    return known;
  };
  const pixelsOf = async (batch: ImageBatch, run: Run): Promise<tf.Tensor4D> => {
    const pixels = uint8Tensor<tf.Rank.R4>(batch.pixels, [batch.count, batch.height, batch.width, batch.channels]);
    const inputs: [tf.Tensor4D, tf.Tensor2D] = [pixels, boxTensor(batch.crops ?? [])];
    return made(run, batch)(...inputs).finally(() => tf.dispose(inputs));
  };
  return {
    pixelsOf,
    run: async (batch: ImageBatch, run: Run) => (await pixelsOf(batch, run)).dispose(),
    dispose: () => {
      for (const one of compiled.values()) one.dispose();
      compiled.clear();
    },
  };
}

/** The difference, in gray levels, between our crops and torchvision's for the same files and boxes. */
async function differences(
  root: string,
  { data, run }: { data: Dataset; run: Run },
  peer: Peer,
  resample: ReturnType<typeof resampler>,
): Promise<Row[]> {
  const split = data.split("train");
  const indices = Int32Array.from({ length: 16 }, (_, index) => index);
  const crop = run.data.crop as NonNullable<Run["data"]["crop"]>;
  const at = { seed: 0, epoch: 0 };
  const boxes = randomCropBoxes(indices, { height: 375, width: 500 }, crop, at);
  const theirs = await peer.ask<{ pixels: string }>({
    do: "crops",
    files: Array.from(indices, (index) => join(root, split.nameOf(index))),
    boxes: boxes.map(({ top, left, height, width }) => [top, left, height, width]),
    size: SIZE,
  });
  const expected = Buffer.from(theirs.pixels, "base64");
  const name = "torchvision, same files and boxes";
  const rows: Row[] = [];
  for (const how of ["device", "host"] as const) {
    const batch = await split.readCrops?.(indices, { ...crop, resample: how }, at);
    if (!batch) continue;
    const ours = batch.crops ? await grayLevels(batch, run, resample) : batch.pixels;
    let [sum, largest] = [0, 0];
    for (let index = 0; index < expected.length; index++) {
      const apart = Math.abs((ours[index] as number) - (expected[index] as number));
      sum += apart;
      largest = Math.max(largest, apart);
    }
    const where = how === "device" ? "resampled by the step" : "resized on the host";
    const figure = { peer: null, peerName: name, unit: "of 255", better: "less" as const };
    rows.push(row({ ...figure, what: `gray levels apart, mean, ${where}`, ours: sum / expected.length }));
    rows.push(row({ ...figure, what: `gray levels apart, largest, ${where}`, ours: largest }));
  }
  resample.dispose();
  return rows;
}

/** The resampled batch before normalization. */
async function grayLevels(batch: ImageBatch, run: Run, resample: ReturnType<typeof resampler>): Promise<Float32Array> {
  const images = await resample.pixelsOf(batch, run);
  const levels = tf.tidy(() => tf.mul(tf.add(tf.mul(images, run.data.std), run.data.mean), 255));
  const values = levels.dataSync() as Float32Array;
  tf.dispose([images, levels]);
  return values;
}

/** The share of some steps' time in which the step was done and the next batch was not. */
async function waitingShare(preset: "demo" | "small", steps: number): Promise<number> {
  const run = parseRun({ preset });
  const data = await openDataset(run.data);
  const split = data.split("train");
  const { stepsPerEpoch } = runLength(split, run);
  const state = createTrainState(run);
  const order = { batchSize: run.optimizer.batchSize, seed: run.seed, epoch: 0, crop: run.data.crop };
  const reader = batches(split, order);
  const next = async (step: number) => {
    const { value } = await reader.next();
    return value ? { batch: value, plan: planStep(value, { step, stepsPerEpoch }, run) } : null;
  };
  let [waited, all] = [0, 0];
  let now = await next(1);
  for (let step = 1; step <= steps && now; step++) {
    const began = performance.now();
    const running = trainStep(state, now.batch, now.plan);
    const following = next(step + 1);
    await running;
    const done = performance.now();
    now = await following;
    // The first steps compile.
    if (step <= 3) continue;
    waited += performance.now() - done;
    all += performance.now() - began;
  }
  await reader.return(undefined);
  state.dispose();
  return waited / all;
}
