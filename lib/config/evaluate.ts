import { z } from "zod";
import { distinct, lowHigh, oneOrMore, share } from "./bounds";

const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const rates = z.array(z.number().positive()).min(1);

/** Names of the probe protocols. A new one needs a file in lib/evaluate/protocols and a line in its registry. */
export const probeProtocols = [
  "linear",
  "linear-augmented",
  "dino-linear",
  "logreg",
  "ibot-logreg",
  "mlp",
  "attentive",
  "vjepa-attentive",
  "finetune",
  "knn",
] as const;

/**
 * How frozen features are extracted and probed: every combination of encoder, layers, protocol and fraction. See
 * docs/method.md#linear-evaluation and #low-shot.
 */
export const EvaluateConfig = z.strictObject({
  /**
   * What is probed, one or several: the `student` (paper), the `teacher` (I-JEPA, StoP), and two baselines:
   * `untrained`, the encoder as first drawn, and `raw-pixels`, the images themselves.
   */
  encoder: oneOrMore(z.enum(["student", "teacher", "untrained", "raw-pixels"])).default(["student"]),
  /** Mean token of the last block, or of the last four side by side, each after the final norm; one or both. */
  layers: oneOrMore(z.enum(["last", "last4"])).default(["last"]),
  /** Shares of the training labels to probe with. */
  fractions: distinct(share).default([0.01, 0.1, 1]),
  /**
   * Files that name training images, one per line, such as SimCLR's `1percent.txt` of ImageNet: probes train on their
   * labels instead of on `fractions` and `subsets`. Files with equally many names count as subsets of one fraction.
   */
  labelLists: distinct(z.string().min(1)).optional(),
  /**
   * k-shot: this many labels per class instead of `fractions`, such as 1, 5, 10 and 20; `subsets` are drawn of each.
   */
  shots: distinct(z.int().positive()).optional(),
  /** Class-balanced label subsets drawn for each share below 1. */
  subsets: z.int().positive().default(5),
  /** Seed of the first subset; the others follow. For a list it draws only the held-out labels. */
  subsetSeed: z.int().nonnegative().default(0),
  /**
   * One or several of: `linear`, SGD on a linear layer over cached features; `linear-augmented`, the same over features
   * of new random crops every epoch (paper); `dino-linear`, the same as in DINO, features not standardized and one
   * rate; `logreg`, multinomial logistic regression with an L2 penalty, to convergence; `ibot-logreg`, without
   * intercept on features of length 1; `mlp`, with a hidden layer; `attentive`, learned queries over the tokens;
   * `vjepa-attentive`, V-JEPA's;
   * `finetune`, end to end; `knn`, a weighted vote of the nearest.
   */
  protocol: oneOrMore(z.enum(probeProtocols)).default(["linear"]),
  /** Epochs of `linear`, `linear-augmented` and `mlp` (paper: 50). */
  epochs: z.int().positive().default(50),
  /** Batch size of the same protocols (paper: 1024). */
  batchSize: z.int().positive().default(1024),
  /**
   * Base rates of `linear` and `linear-augmented`, times batchSize / 256: iBOT's 45, 1 … 9 times 10⁻⁴ … 1, trained at
   * once.
   */
  learningRates: rates.default(
    [-4, -3, -2, -1, 0].flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`))),
  ),
  /** Momentum of SGD (DINO, eval_linear.py). */
  sgdMomentum: z.number().gte(0).lt(1).default(0.9),
  /** Whether `linear` also reports accuracy and loss at the minimum of its loss, which SGD stops short of. */
  optimum: z.boolean().default(true),
  /** Base rates of `dino-linear`, times batchSize / 256 (DINO's own). */
  dinoLinear: z.strictObject({ learningRates: rates.default([0.001]) }).prefault({}),
  /**
   * Augmentation of `linear-augmented`, `dino-linear` and `finetune` (DINO: the framework's random resized crop, flip).
   */
  augmentation: z
    .strictObject({
      /** Area of the crop as a share of the image, [low, high]. */
      scale: lowHigh(share).default([0.08, 1]),
      /** Width over height of the crop, [low, high]. */
      ratio: lowHigh(z.number().positive()).default([3 / 4, 4 / 3]),
      /** Share of the images that are mirrored. */
      flip: z.number().gte(0).lte(1).default(0.5),
    })
    .prefault({}),
  /** Penalties of `logreg` on standardized features, 1/C in scikit-learn's terms. */
  penalties: z
    .array(z.number().positive())
    .min(1)
    .default([1e-6, 1e-5, 1e-4, 0.001, 0.01, 0.1, 1, 10, 100, 1000, 10000]),
  /** Penalties of `ibot-logreg`, on the mean cross-entropy of features of length 1 (iBOT's three). */
  ibotLogreg: z.strictObject({ penalties: z.array(z.number().positive()).min(1).default([0.01, 0.1, 1]) }).prefault({}),
  /** Sizes of `mlp`; 2048 is iBOT's. */
  mlp: z
    .strictObject({
      hidden: z.int().positive().default(2048),
      learningRates: rates.default([0.001, 0.003, 0.01, 0.03, 0.1, 0.3]),
    })
    .prefault({}),
  /** `attentive`: learned queries, which divide the width of a token, and base rates, times batchSize / 256. */
  attentive: z
    .strictObject({
      queries: z.int().positive().default(8),
      learningRates: rates.default([0.001, 0.003, 0.01, 0.03, 0.1, 0.3]),
    })
    .prefault({}),
  /**
   * `finetune` (I-JEPA's, in the manner of MAE): AdamW with a learning rate that decays with every block below the
   * classifier.
   */
  finetune: z
    .strictObject({
      epochs: z.int().positive().default(50),
      batchSize: z.int().positive().default(512),
      /** Base rates, times batchSize / 256. */
      learningRates: rates.default([0.0003, 0.001, 0.003]),
      layerDecay: z.number().gt(0).lte(1).default(0.75),
      weightDecay: z.number().gte(0).default(0.05),
      labelSmoothing: z.number().gte(0).lt(1).default(0.1),
      warmupEpochs: z.number().gte(0).default(5),
    })
    .prefault({}),
  /** `knn` (DINO, eval_knn.py): number of neighbors that vote, and the temperature of their weights. */
  knn: z
    .strictObject({
      k: z.int().positive().default(20),
      temperature: z.number().positive().default(0.07),
    })
    .prefault({}),
  /** Share of a subset's labels held out to choose rates, epochs and penalties on; never the test split. */
  heldOut: z.number().gt(0).lt(1).default(0.2),
});
export interface EvaluateConfig extends z.infer<typeof EvaluateConfig> {}

/** What a user writes of it: whatever differs from the defaults. */
export interface EvaluateInput extends Partial<z.input<typeof EvaluateConfig>> {}
