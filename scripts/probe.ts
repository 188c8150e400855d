/** Probe a checkpoint's features with few labels.  Exit 0 probed, 1 it could not be, 2 bad usage. */
import { featuresFolder, probeProtocols } from "njepa";
import { command, config, device, json } from "njepa/command-line";
import { probeVerb } from "njepa/verbs/probe";

export default command(module, {
  name: "probe",
  says: "probe a run's features with few labels and all",
  words: "CHECKPOINT",
  about: `  CHECKPOINT   a checkpoint's folder, or a run's: its newest checkpoint is taken

  What is not given is taken from the checkpoint's own settings. Raw pixels and the untrained encoder are probed too.
  Features are kept in the features folder, so that another protocol does not compute them again.`,
  options: {
    protocol: {
      type: "string",
      value: "NAME,…",
      values: probeProtocols,
      commas: true,
      description: "what `protocol` of evaluate lists, as linear or knn; several by commas",
    },
    fractions: { type: "string", value: "SHARE,…", description: "shares of the training labels, by commas: 0.01,0.1" },
    shots: {
      type: "string",
      value: "N,…",
      description: "in place of fractions: labels of each class, by commas: 1,5,10,20",
    },
    labels: {
      type: "string",
      value: "FILE,…",
      description: "in place of fractions: files that name training images, by commas (SimCLR's 1percent.txt)",
    },
    encoder: {
      type: "string",
      value: "NAME,…",
      values: ["student", "teacher", "untrained", "raw-pixels"],
      commas: true,
      description: "student, teacher, untrained, raw-pixels; several by commas",
    },
    layers: {
      type: "string",
      value: "NAME,…",
      values: ["last", "last4"],
      commas: true,
      description: "last, last4; both by commas",
    },
    subsets: { type: "string", value: "N", description: "label subsets drawn for each fraction below 1" },
    config: {
      ...config,
      description: "settings of evaluate, from a JSON, .ts or .js file; what else is given lies over them",
    },
    set: {
      type: "string",
      value: "KEY=VALUE",
      multiple: true,
      description: "KEY=VALUE: another setting of evaluate, as knn.k=10",
    },
    diagnostics: { type: "boolean", description: "also RankMe, spread and class separation of the test features" },
    "no-baselines": { type: "boolean", description: "only the encoders asked for" },
    features: { type: "string", value: "FOLDER", default: featuresFolder(), description: "where features are kept" },
    device,
    html: { type: "string", value: "FILE", description: "write the tables to this file, as a piece of HTML" },
    json: { ...json, description: "print results, protocols and differences as one JSON object, an error too" },
  },
  run: probeVerb,
});
