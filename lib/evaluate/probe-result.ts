import { ConfigError } from "../errors";
import type { ProbeProtocol, SubsetResult } from "./protocols/protocol-definition";
import { type Summary, summarize } from "./summary-statistics";

/** Accuracy of a classifier trained on a share of the labels. */
export interface ProbeResult extends Summary {
  /** Everything that the number depends on, as data. */
  protocol: ProbeProtocol;
  /** The same in one sentence. */
  sentence: string;
  fraction: number;
  /** Number of training labels used. */
  labels: number;
  /**
   * What a table calls the features: "raw pixels", "untrained encoder", "student", or "N-JEPA, student" for the option
   * `name`.
   */
  features: string;
  encoder: ProbeProtocol["encoder"];
  /** Null for raw pixels, which have none. */
  layers: ProbeProtocol["layers"];
  /** Each subset's own numbers, in the order of their seeds. */
  subsets: SubsetResult[];
}

/** Difference in accuracy between two encoders on the same label subsets. */
export interface PairedDifference extends Summary {
  /** `a` − `b`, one per subset, in the order of the seeds. */
  differences: number[];
  seeds: number[];
}

/**
 * `a` − `b`, subset by subset, with the mean and its 95 % interval: the quantity behind a gain like the paper's +2.5.
 *
 * Both are measured on the same subsets, so differences in difficulty cancel. The interval covers label subsets only,
 * not training seeds.
 *
 * @throws {ConfigError} when the two were not measured on the same subsets of the same data
 */
export function pairedDifference(a: ProbeResult, b: ProbeResult): PairedDifference {
  const seeds = a.subsets.map(({ seed }) => seed);
  const problems = [
    mismatch("data set", a.protocol.dataset, b.protocol.dataset),
    mismatch("fraction", a.fraction, b.fraction),
    mismatch("labels", a.labels, b.labels),
    mismatch("subset seeds", seeds.join(), b.subsets.map(({ seed }) => seed).join()),
    mismatch("label lists", listsOf(a), listsOf(b)),
  ].filter((problem) => problem !== "");
  if (problems.length > 0) {
    throw new ConfigError(
      `A paired difference needs two results on the same label subsets; they differ in ${problems.join("; ")}.`,
    );
  }
  const differences = a.subsets.map(({ accuracy }, index) => accuracy - (b.subsets[index]?.accuracy as number));
  return { ...summarize(differences), differences, seeds };
}

function listsOf({ protocol: { lists = [] } }: ProbeResult): string {
  return lists.map(({ name, sha256 }) => `${name} (${sha256.slice(0, 12)})`).join(", ") || "none";
}

function mismatch(what: string, a: string | number, b: string | number): string {
  return a === b ? "" : `${what}: ${a} and ${b}`;
}
