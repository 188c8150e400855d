import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Run } from "../../config";
import { StudyError } from "../../errors";
import { evaluationKey, hash, type StudyEvaluation } from "../job";

/** The numbers of one evaluation of one training; two computations of one key must agree in these. */
const Numbers = z.strictObject({
  /** Accuracy for each label subset, as a share of the test images. */
  accuracies: z.array(z.number().gte(0).lte(1)).min(1),
  /** Seed of each subset. */
  subsets: z.array(z.int()),
  /** Settings chosen for each subset on held-out labels, by name. */
  chosen: z.array(z.record(z.string(), z.number())),
  /** Number of labels trained on. */
  labels: z.int().positive(),
  /** Accuracies after the last epoch, where the epoch was chosen too. */
  last: z.array(z.number().gte(0).lte(1)).optional(),
  /** For each subset, the names of chosen settings that were the first or last candidate. */
  atEdge: z.array(z.array(z.string())).optional(),
  /** Whether each subset's fits reached their minima; left out for protocols with a fixed number of steps. */
  converged: z.array(z.boolean()).optional(),
});
export interface ResultNumbers extends z.infer<typeof Numbers> {}

/** Correctly classified test images per label subset; not part of the numbers, as machines may differ in an image. */
const Right = z.array(z.strictObject({ images: z.int().nonnegative(), bits: z.base64() }));

/** The encoder's health on training images; not part of the numbers. */
const Health = z.strictObject({
  /** Effective number of directions of the student's features, at most `rankLimit`. */
  rankMe: z.number(),
  rankLimit: z.number(),
  /** Directions in which images differ more than their views do; absent in results from before it was measured. */
  lidar: z.number().optional(),
  /** How fast the eigenvalues of their covariance fall. */
  alphaReq: z.number().nullable(),
  featureStd: z.number(),
  /** Why the features count as collapsed, or null. */
  collapsed: z.string().nullable(),
  /** Mean cosine between the student's and the teacher's feature of an image. */
  teacherCosine: z.number(),
  /** Distance between the weights, relative to the norm of the student's. */
  teacherLag: z.number(),
  /** Shares of the targets' variance explained by position and by image. */
  targetByPosition: z.number(),
  targetByImage: z.number(),
});
export interface EncoderHealth extends z.infer<typeof Health> {}

/** Where, when and how fast a result was made: recorded, but not part of its identity. */
const Made = z.strictObject({
  host: z.string(),
  /** The machine's cores, which publishing puts in place of its name; absent in results from before it was recorded. */
  processor: z.string().optional(),
  finished: z.string(),
  node: z.string(),
  tensorflow: z.string(),
  device: z.string(),
  threads: z.int().positive().nullable(),
  steps: z.int().nonnegative(),
  trainSeconds: z.number().nonnegative(),
  evaluateSeconds: z.number().nonnegative(),
  finalLoss: z.number().nullable(),
  /** Commit of the library's checkout, and whether it was clean; null without a checkout. */
  commit: z.string().nullable().default(null),
  clean: z.boolean().nullable().default(null),
});

/** Settings as written: a library with newer settings must not read their defaults into an old result. */
function settings<T extends object>() {
  return z.custom<T>((value) => typeof value === "object" && value !== null);
}

const Body = z.strictObject({
  format: z.literal(1),
  library: z.string(),
  key: z.string(),
  source: z.enum(["trained", "untrained", "raw-pixels"]),
  run: settings<Run>(),
  data: z.string(),
  evaluation: settings<StudyEvaluation>(),
  /** Version of the arithmetic that it was evaluated with. */
  evaluationVersion: z.int().positive(),
  numbers: Numbers,
  /**
   * In the order of the test split; absent in results from before it was kept. See
   * lib/evaluate/classifiers/right-images.ts.
   */
  right: Right.optional(),
  /** The protocol in one sentence. */
  protocol: z.string(),
  made: Made,
  /** Null for raw pixels, and for results from before it was measured. */
  health: Health.nullable().default(null),
});
const ResultFile = Body.extend({ digest: z.string() });

/** One result as stored. */
export interface Result extends z.infer<typeof Body> {}

/** `<evaluation>-<numbers>.json`: equal results share a file, results that disagree have two. */
export function resultName(result: Result): string {
  return `${evaluationKey(result.evaluation, result.evaluationVersion)}-${hash(result.numbers).slice(0, 12)}.json`;
}

/** The result as text with a digest over all of it, by which a truncated or changed file is detected. */
export function encodeResult(result: Result): string {
  const body = Body.parse(result);
  return `${JSON.stringify({ ...body, digest: hash(body) }, null, 1)}\n`;
}

/**
 * A result read back from its file.
 *
 * @throws {StudyError} when the file is truncated, was changed, is not a result, or is gone since its folder was listed
 */
export async function readResult(path: string): Promise<Result> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw new StudyError(`${path} is gone, or a link that leads nowhere; it is left out.`, { cause: error });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new StudyError(`${path} is cut short or no JSON (${text.length} characters); it is left out.`, {
      cause: error,
    });
  }
  const parsed = ResultFile.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new StudyError(
      `${path} is no result of this format: ${issue?.path.join(".")}: ${issue?.message}; it is left out.`,
    );
  }
  const { digest, ...body } = parsed.data;
  const { digest: _, ...written } = value as Record<string, unknown>;
  if (hash(written) === digest) return body;
  throw new StudyError(`${path} was changed after it was written (its digest does not fit); it is left out.`);
}
