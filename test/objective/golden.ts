import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { ModelConfig, ObjectiveConfig } from "../../lib/config";
import { tf } from "../../lib/engine";
import type { ObjectiveRun, StepInputs } from "../../lib/objective";

/** An array of the golden file. */
export interface GoldenArray {
  shape: number[];
  values: Float32Array;
}
type Arrays = Record<string, GoldenArray>;

/** Tensors by name. */
export type Tensors = Record<string, tf.Tensor>;

/** test/golden/tiny.json (or the file that NJEPA_GOLDEN names), its parameters under this project's prefixes. */
export interface Golden {
  run: ObjectiveRun;
  params: Arrays;
  batch: { images: GoldenArray; noise: GoldenArray; context: number[][]; targets: number[][] };
  positions: { encoder: GoldenArray; predictor: GoldenArray };
  outputs: Arrays;
  activations: Arrays;
  losses: Record<"ct" | "nt" | "cn" | "total", number>;
  literal: Record<"ct" | "nt" | "cn", number>;
  lossesOverSteps: Record<"ct" | "nt" | "cn" | "total", number>[];
  grads: Arrays;
  after: Arrays;
  teacherAfter: Arrays;
  normsAfter: Record<string, number>;
  decayed: string[];
}

interface RawArray {
  shape: number[];
  f32: string;
}

export function loadGolden(): Golden {
  const file = JSON.parse(
    readFileSync(process.env.NJEPA_GOLDEN ?? path.join(__dirname, "..", "golden", "tiny.json"), "utf8"),
  );
  const { config } = file;
  return {
    run: {
      model: ModelConfig.parse({
        imageSize: config.image,
        channels: config.channels,
        patchSize: config.patch,
        embedDim: config.embed,
        depth: config.depth,
        numHeads: config.heads,
        predictorDepth: config.predictor_depth,
        predictorEmbedDim: config.predictor_embed,
        predictorNumHeads: config.predictor_heads,
      }),
      objective: ObjectiveConfig.parse({ lambdaNT: config.lambda_nt, lambdaCN: config.lambda_cn }),
    },
    params: arrays(file.params),
    batch: {
      images: array(file.images_nhwc),
      noise: array(file.noise),
      context: file.masks.context,
      targets: file.masks.targets.flat(),
    },
    positions: { encoder: array(file.pos_embed_encoder), predictor: array(file.pos_embed_predictor) },
    outputs: arrays(file.outputs),
    activations: arrays(file.activations),
    losses: file.losses,
    literal: file.paper_literal_losses,
    lossesOverSteps: file.losses_over_steps,
    grads: arrays(file.grads),
    after: arrays(file.params_after_adamw),
    teacherAfter: arrays(file.teacher_after_ema),
    decayed: file.weight_decayed,
    normsAfter: Object.fromEntries(
      Object.entries(file.l2_norms_after_3_steps as Record<string, number>).map(([name, norm]) => [
        ourName(name),
        norm,
      ]),
    ),
  };
}

function array({ shape, f32 }: RawArray): GoldenArray {
  return { shape, values: new Float32Array(Uint8Array.from(Buffer.from(f32, "base64")).buffer) };
}

function arrays(record: Record<string, RawArray>): Arrays {
  return Object.fromEntries(Object.entries(record).map(([name, raw]) => [ourName(name), array(raw)]));
}

function ourName(name: string): string {
  return name.replace(/^teacher\./, "target_encoder.");
}

/** The golden batch as a step's inputs; the caller disposes. */
export function goldenInputs({ batch, run }: Golden): StepInputs {
  return {
    images: tf.tensor(batch.images.values, batch.images.shape as [number, number, number, number]),
    noise: tf.tensor(batch.noise.values, batch.noise.shape as [number, number, number]),
    context: tf.tensor2d(batch.context, undefined, "int32"),
    contextLength: tf.tensor1d(
      batch.context.map((row) => row.length),
      "int32",
    ),
    targets: tf.tensor2d(batch.targets, undefined, "int32"),
    targetLength: tf.tensor1d([batch.targets[0]?.length ?? run.model.depth], "int32"),
  };
}

/** The golden parameters as tensors; the caller disposes. */
export function goldenParameters({ params }: Golden): Tensors {
  return Object.fromEntries(
    Object.entries(params).map(([name, { values, shape }]) => [name, tf.tensor(values, shape, "float32")]),
  );
}

/** That each number is within `absolute + relative · |golden|` of the golden one, where it counts. */
export async function expectClose(
  tensor: tf.Tensor | undefined,
  golden: GoldenArray | undefined,
  absolute: number,
  relative = 0,
  counts: (index: number) => boolean = () => true,
): Promise<void> {
  if (!tensor || !golden) throw new Error("a golden array or its counterpart is missing");
  expect(tensor.shape).toEqual(golden.shape);
  const values = await tensor.data();
  let worst = 0;
  golden.values.forEach((expected, index) => {
    const excess = Math.abs((values[index] as number) - expected) / (absolute + relative * Math.abs(expected));
    if (counts(index)) worst = Math.max(excess, worst);
  });
  expect(worst).toBeLessThanOrEqual(1);
}
