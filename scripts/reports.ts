/** Re-run notebooks on the njepa kernel and write one HTML page each.  Exit 0 all ran, 1 one did not, 2 bad usage. */

import { command, config, json } from "njepa/command-line";
import { reportsVerb } from "njepa/verbs/reports";

export default command(module, {
  name: "reports",
  says: "execute notebooks into HTML pages",
  words: "[NOTEBOOK… | FOLDER… | diff A B]",
  verbs: ["diff"],
  about: `  NOTEBOOK   a file, or a part of a name in notebooks/; all of them unless told
  FOLDER     all notebooks of a folder
  diff A B   compares two folders of reports, number by number, and writes OUT/diff.html; exit 0 same, 1 not`,
  options: {
    preset: {
      type: "string",
      value: "NAME",
      description: "sets the parameter `preset` of the notebooks that have one",
    },
    config: { ...config, description: "values of parameters, from a JSON, .ts or .js file; --set lies over them" },
    set: {
      type: "string",
      value: "KEY=VALUE",
      multiple: true,
      description: "KEY=VALUE for the cell tagged `parameters`; VALUE as JSON or text",
    },
    out: { type: "string", value: "FOLDER", default: "reports", description: "folder for the pages" },
    jobs: { type: "string", value: "N", description: "notebooks at once; by memory and cores unless told" },
    timeout: { type: "string", value: "SECONDS", default: "3600", description: "seconds that one notebook may take" },
    "cell-timeout": {
      type: "string",
      value: "SECONDS",
      default: "1800",
      description: "seconds that one cell may take",
    },
    "keep-going": { type: "boolean", description: "run the other notebooks when one fails (the default)" },
    stop: { type: "boolean", description: "stop at the first notebook that fails" },
    force: { type: "boolean", description: "execute also what has not changed since it last ran into this folder" },
    resume: {
      type: "boolean",
      description: "go on with the notebooks and parameters of the last run into this folder",
    },
    trust: {
      type: "string",
      value: "NAME",
      multiple: true,
      description: "NAME of a notebook whose HTML outputs may run scripts, each in a frame that reaches nothing",
    },
    tolerance: {
      type: "string",
      value: "SHARE",
      default: "0",
      description: "for diff: the share by which numbers may differ",
    },
    strict: { type: "boolean", description: "for diff: times, rates and memory count too" },
    watch: { type: "boolean", description: "keep the sessions; a notebook that is saved goes on at its failed cell" },
    json,
  },
  run: reportsVerb,
});
