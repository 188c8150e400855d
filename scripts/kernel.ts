/** Make the N-JEPA kernel known to Jupyter, or no longer.  Exit 0 done, 1 it could not be done, 2 bad usage. */
import { parseArgs } from "node:util";
import { installKernel, type KernelPlace, listKernels, removeKernel } from "njepa/kernel";

const options = {
  user: { type: "boolean", description: "in this user's Jupyter data folder (the default)" },
  prefix: { type: "string", description: "in PREFIX/share/jupyter, such as a Python's sys.prefix" },
  "sys-prefix": { type: "boolean", description: "in the active Python environment" },
  help: { type: "boolean", short: "h", description: "print this text" },
} as const;

const usage = `npm run kernel -- install | list | remove  [--user | --prefix PREFIX | --sys-prefix]

  install   write the kernel.json of "N-JEPA (TypeScript)"; needs no Python
  list      the kernels that Jupyter finds, and what is missing for them
  remove    delete our kernel.json again

${Object.entries(options)
  .map(([name, { description }]) => `  --${name.padEnd(12)}${description}`)
  .join("\n")}`;

function main(args: string[]): number {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help) return print(usage);
  const [verb, ...rest] = positionals;
  const place: KernelPlace = {
    ...(values.user && { user: true }),
    ...(values.prefix !== undefined && { prefix: values.prefix }),
    ...(values["sys-prefix"] && { sysPrefix: true }),
  };
  if (rest.length > 0 || Object.keys(place).length > 1) return complain("one verb and at most one place, please");
  if (verb === "install") return print(`installed in ${installKernel(place)}`);
  if (verb === "remove") return print(removed(removeKernel(place)));
  if (verb === "list") return print(list(place));
  return complain(verb === undefined ? "a verb is missing" : `unknown verb ${verb}`);
}

function removed(folder: string | undefined): string {
  return folder === undefined ? "there was no njepa kernel to remove" : `removed ${folder}`;
}

function list(place: KernelPlace): string {
  const kernels = listKernels(Object.keys(place).length > 0 ? place : undefined);
  const lines = kernels.map(({ name, displayName, folder, missing }) => {
    const state = missing.length === 0 ? "" : `  (missing: ${missing.join(", ")}; install it again)`;
    return `${name.padEnd(12)} ${displayName.padEnd(24)} ${folder}${state}`;
  });
  return lines.join("\n") || "no kernels found";
}

function print(text: string): 0 {
  process.stdout.write(`${text}\n`);
  return 0;
}

function complain(message: string): 2 {
  process.stderr.write(`${message}\n\n${usage}\n`);
  return 2;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  // parseArgs and our own errors say all there is to say; anything else keeps its stack.
  const { code = "", name, message } = error as NodeJS.ErrnoException;
  if (code.startsWith("ERR_PARSE_ARGS")) process.exitCode = complain(message);
  else {
    console.error(name === "KernelError" ? message : error);
    process.exitCode = 1;
  }
}
