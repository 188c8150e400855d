import { print } from "../command-line";
import { CliError } from "../errors";
import { installKernel, type KernelPlace, listKernels, removeKernel } from "../jupyter";

/** Option values of `njepa kernel`. */
export interface KernelValues {
  user?: boolean | undefined;
  prefix?: string | undefined;
  "sys-prefix"?: boolean | undefined;
  json?: boolean | undefined;
}

/** Installs the kernel in Jupyter, removes it, or lists the kernels that Jupyter finds. @returns the exit code */
export function kernelVerb(values: KernelValues, [verb, ...rest]: readonly string[]): number {
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
}

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
