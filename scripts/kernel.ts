/** Make the N-JEPA kernel known to Jupyter, or no longer.  Exit 0 done, 1 it could not be done, 2 bad usage. */

import { command, json, print } from "njepa/command-line";
import { CliError } from "njepa/errors";
import { installKernel, type KernelPlace, listKernels, removeKernel } from "njepa/jupyter";

function removed(folder: string | undefined): string {
  return folder === undefined ? "there was no njepa kernel to remove" : `removed ${folder}`;
}

function kernelLines(kernels: ReturnType<typeof listKernels>): string {
  const lines = kernels.map(({ name, displayName, folder, missing }) => {
    const state = missing.length === 0 ? "" : `  (missing: ${missing.join(", ")}; install it again)`;
    return `${name.padEnd(12)} ${displayName.padEnd(24)} ${folder}${state}`;
  });
  return lines.join("\n") || "no kernels found";
}

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
  run(values, [verb, ...rest]) {
    const place: KernelPlace = {
      ...(values.user && { user: true }),
      ...(values.prefix !== undefined && { prefix: values.prefix }),
      ...(values["sys-prefix"] && { sysPrefix: true }),
    };
    if (rest.length > 0 || Object.keys(place).length > 1) throw new CliError("one verb and at most one place, please");
    const tell = (found: unknown, text: string) => print(values.json ? JSON.stringify(found, null, 2) : text);
    if (verb === "install") {
      const folder = installKernel(place);
      return tell({ folder }, `installed in ${folder}`);
    }
    if (verb === "remove") {
      const folder = removeKernel(place);
      return tell({ folder: folder ?? null }, removed(folder));
    }
    if (verb === "list") {
      const kernels = listKernels(Object.keys(place).length > 0 ? place : undefined);
      return tell(kernels, kernelLines(kernels));
    }
    throw new CliError(verb === undefined ? "a verb is missing" : `unknown verb ${verb}`);
  },
});
