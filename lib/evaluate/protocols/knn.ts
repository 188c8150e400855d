import { knnRight, shareOf } from "../classifiers/knn";
import { packRight } from "../classifiers/right-images";
import type { ProtocolDefinition } from "./protocol-definition";

/** `knn`: nothing is learned and nothing chosen; k and temperature are the config's. */
export const knn: ProtocolDefinition = {
  learn: async ({ train, test, classes, config, signal }) => {
    const right = await knnRight({ train, test }, { classes, ...config.knn, signal });
    return { accuracy: shareOf(right), right: packRight(right), chosen: {}, atEdge: [] };
  },
  normalize: "of length 1",
  needsImages: false,
  settings: ({ knn: { k, temperature } }) => ({ k, temperature }),
  sentence: ({ k, temperature }) => `${k} nearest by cosine, weights exp(s / ${temperature})`,
  choices: () => "nothing",
};
