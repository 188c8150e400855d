import { knnRight, shareOf } from "../classifiers/knn";
import { packRight } from "../classifiers/right-images";
import type { ProtocolDefinition } from "./protocol-definition";

/** `knn`: nothing is trained or chosen; k and temperature come from the config. */
export const knn: ProtocolDefinition = {
  learn: async ({ train, test, classes, config, signal }) => {
    const right = await knnRight({ train, test }, { classes, ...config.knn, signal });
    return { accuracy: shareOf(right), right: packRight(right), chosen: {}, atEdge: [] };
  },
  normalize: "of length 1",
  needsImages: false,
  settings: ({ knn: { k, temperature } }) => ({ k, temperature }),
  sentence: ({ k, temperature }, labels) => {
    const neighbors =
      (k as number) > labels ? `all ${labels} labels as neighbors (fewer than k = ${k})` : `${k} nearest`;
    return `${neighbors} by cosine, weights exp(s / ${temperature})`;
  },
  choices: () => "nothing",
};
