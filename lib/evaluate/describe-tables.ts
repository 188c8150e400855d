import type { EvaluateInput } from "../config";
import type { Dataset } from "../data";
import { type Displayable, table } from "../report";
import { describeFeatures, type FeatureDescription } from "./features/describe-features";
import type { EncoderSource } from "./features/encoder-weights";
import { extractFeatures, type FeatureOptions } from "./features/extract-features";
import { rawPixels } from "./features/raw-pixels";
import { parseEvaluate } from "./probe";

/** Statistics of one encoder's features of the images that are scored, as a row of plain columns. */
export interface DescriptionRow extends FeatureDescription {
  encoder: string;
  layers: string | null;
  [column: string]: string | number | null;
}

/**
 * Statistics of the test features for each encoder and choice of layers; raw pixels once.
 *
 * @param asked  as `probe` takes them: `"student"` or `["student", "teacher"]`, with the same defaults
 * @throws {ConfigError} for an encoder or layers that there are none of
 */
export async function describeEncoders(
  source: EncoderSource,
  data: Dataset,
  asked: Pick<EvaluateInput, "encoder" | "layers">,
  options: Omit<FeatureOptions, "encoder" | "layers"> = {},
): Promise<DescriptionRow[]> {
  const { encoder, layers } = parseEvaluate({ encoder: asked.encoder, layers: asked.layers });
  const rows: DescriptionRow[] = [];
  for (const name of encoder) {
    if (name === "raw-pixels")
      rows.push({ encoder: name, layers: null, ...describeFeatures(await rawPixels(data, "test")) });
    else
      for (const part of layers) {
        const features = await extractFeatures(source, data, "test", { ...options, encoder: name, layers: part });
        rows.push({ encoder: name, layers: part, ...describeFeatures(features) });
      }
  }
  return rows;
}

/** The same as a table. */
export function descriptionTable(rows: readonly DescriptionRow[]): Displayable {
  return table(rows, {
    id: "feature-descriptions",
    caption:
      "Features of the images that are scored: effective rank (RankMe) and what it can be at most, decay of the spectrum (α-ReQ), std of features of length 1 (0 collapsed, at most 1), share of dead features, share of the variance between classes",
    columns: {
      encoder: {},
      layers: {},
      width: {},
      rankMe: { header: "RankMe", digits: 1 },
      rankLimit: { header: "at most" },
      alphaReq: { header: "α", digits: 2 },
      featureStd: { header: "std", digits: 3 },
      deadShare: { header: "dead", digits: 3 },
      classSeparation: { header: "between classes", digits: 3 },
      count: { header: "images" },
    },
  });
}
