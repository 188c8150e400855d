/** Install the N-JEPA kernel in Jupyter, or remove it.  Exit 0 done, 1 it could not be done, 2 bad usage. */

import { command, json } from "njepa/command-line";
import { kernelVerb } from "njepa/verbs/kernel";

export default command(module, {
  name: "kernel",
  says: "install, list or remove the Jupyter kernel",
  words: "install | list | remove",
  verbs: ["install", "list", "remove"],
  about: `  install   write the kernel.json of "N-JEPA (TypeScript)"; needs no Python
  list      the kernels that Jupyter finds, and what is missing for them
  remove    delete our kernel.json again`,
  options: {
    user: { type: "boolean", description: "in this user's Jupyter data folder (the default)" },
    prefix: { type: "string", value: "FOLDER", description: "in PREFIX/share/jupyter, such as a Python's sys.prefix" },
    "sys-prefix": { type: "boolean", description: "in the active Python environment" },
    json,
  },
  run: kernelVerb,
});
