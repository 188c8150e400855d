import { homedir } from "node:os";
import path from "node:path";

type Environment = Record<string, string | undefined>;

/** This user's Jupyter data folder, by the rules of jupyter_core. */
export function jupyterDataFolder(
  env: Environment = process.env,
  platform = process.platform,
  home = homedir(),
): string {
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  if (platform === "darwin") return path.join(home, "Library", "Jupyter");
  if (platform === "win32") return path.join(env.APPDATA ?? path.join(home, "AppData", "Roaming"), "jupyter");
  return path.join(env.XDG_DATA_HOME || path.join(home, ".local", "share"), "jupyter");
}

/** The folder under which an installation prefix (`sys.prefix` of a Python, /usr/local) keeps Jupyter's data. */
export function prefixDataFolder(prefix: string): string {
  return path.join(path.resolve(prefix), "share", "jupyter");
}

/** The active Python environment, if one is active. */
export function activePrefix(env: Environment = process.env): string | undefined {
  return env.VIRTUAL_ENV || env.CONDA_PREFIX || undefined;
}

/** Every data folder in which Jupyter looks for kernels, in order of precedence. */
export function jupyterDataFolders(env: Environment = process.env, platform = process.platform): string[] {
  const named = (env.JUPYTER_PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
  const active = activePrefix(env);
  const system =
    platform === "win32"
      ? [path.join(env.PROGRAMDATA ?? "C:\\ProgramData", "jupyter")]
      : ["/usr/local/share/jupyter", "/usr/share/jupyter"];
  return [...named, jupyterDataFolder(env, platform), ...(active ? [prefixDataFolder(active)] : []), ...system];
}
