import { knnAccuracy } from "../classifiers/knn";
import type { ProtocolDefinition } from "./protocol-definition";

/** `knn`: nothing is learned and nothing chosen; k and temperature are the config's. */
export const knn: ProtocolDefinition = {
  learn: async ({ train, test, classes, config, signal }) => ({
    accuracy: await knnAccuracy({ train, test }, { classes, ...config.knn, signal }),
    chosen: {},
    atEdge: [],
  }),
  normalize: "of length 1",
  needsImages: false,
  settings: ({ knn: { k, temperature } }) => ({ k, temperature }),
  sentence: ({ k, temperature }) => `${k} nearest by cosine, weights exp(s / ${temperature})`,
  choices: () => "nothing",
};
