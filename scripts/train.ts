/** Train a run in a folder, from its newest checkpoint.  Exit 0 finished, 1 failed, 2 bad usage, 128 + N stopped by signal N. */
import { presets } from "njepa";
import { command, config, device, json } from "njepa/command-line";
import { presetLines } from "njepa/verbs/preset-lines";
import { trainVerb } from "njepa/verbs/train";

const about = () => `Presets:
${presetLines()}

Every setting with its default and unit: --list-settings, or those of a part: --list-settings model.

Stopped by SIGTERM or SIGINT it saves a checkpoint first; the same command goes on from it, bit-equal to a run that was \
never stopped. A second signal ends it at once. DIR gets run.json, records.jsonl, sessions.jsonl, checkpoints/ and, at \
the end, finished.json.`;

export default command(module, {
  name: "train",
  says: "train a run in a folder, or go on with it",
  words: "",
  about,
  options: {
    preset: {
      type: "string",
      value: "NAME",
      values: Object.keys(presets),
      description: "the settings to start from (the file's, or demo)",
    },
    config,
    set: {
      type: "string",
      value: "a.b=VALUE",
      multiple: true,
      description: "a setting laid over preset and file; may be repeated",
    },
    out: { type: "string", value: "DIR", description: "the run's folder" },
    device,
    "checkpoint-every": {
      type: "string",
      value: "STEPS",
      description: "save after every so many steps (default: each epoch)",
    },
    "dry-run": {
      type: "boolean",
      description: "print the run as it is parsed, its length, cost and memory; train nothing",
    },
    "list-settings": { type: "boolean", description: "print every setting, or those of a part: --list-settings noise" },
    json,
  },
  run: trainVerb,
});
