import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { isSupportedVersion, libraryIn, supportedVersion, type TensorFlowLibrary } from "./library";

// find_spec does not import a top-level package, so this takes only as long as starting Python.
const question = `
import importlib.metadata as metadata, importlib.util as util, json, os
spec = util.find_spec("tensorflow")
version = None
for name in ("tensorflow", "tensorflow-cpu"):
    try:
        version = metadata.version(name)
        break
    except metadata.PackageNotFoundError:
        pass
origin = spec.origin if spec else None
print(json.dumps({"version": version, "directory": os.path.dirname(origin) if origin else None}))
`;

/** The library inside an installed Python package `tensorflow`, or a sentence saying why there is none to use. */
export function pythonLibrary(): TensorFlowLibrary | string {
  const reasons: string[] = [];
  for (const python of ["python3", "python"]) {
    const found = ask(python);
    if (typeof found !== "string") return found;
    reasons.push(`${python}: ${found}`);
  }
  return reasons.join("; ");
}

/** What a Python's program prints as JSON in its last line, or a sentence saying why there is no answer. */
export function askPython(python: string, program: string): { answer: unknown } | string {
  const { error, status, stdout, stderr } = spawnSync(python, ["-c", program], { encoding: "utf8", timeout: 20_000 });
  if ((error as NodeJS.ErrnoException)?.code === "ETIMEDOUT") return "gave no answer in 20 s";
  if (error !== undefined) return "no such command";
  try {
    // What starts with that Python may print something first.
    return { answer: JSON.parse(stdout.trim().split("\n").at(-1) as string) };
  } catch {
    return `could not be asked (${stderr.trim().split("\n").at(-1) || `exit ${status}`})`;
  }
}

function ask(python: string): TensorFlowLibrary | string {
  const said = askPython(python, question);
  if (typeof said === "string") return said;
  const { version, directory } = (said.answer ?? {}) as { version?: string | null; directory?: string | null };
  if (typeof version !== "string" || typeof directory !== "string") return "has no tensorflow installed";
  if (!isSupportedVersion(version)) return `has tensorflow ${version}, expected ${supportedVersion}.x`;
  const library = libraryIn(directory, version, "python");
  if (!existsSync(library.framework) || !existsSync(library.library)) {
    return `has tensorflow ${version} in ${directory}, but not its shared libraries`;
  }
  return library;
}
