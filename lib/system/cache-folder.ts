import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * The folder of this user's cache in which njepa keeps what it fetched: `njepa/<part>/…` under `XDG_CACHE_HOME`,
 * else under the system's usual place. It is not created here.
 *
 * @param parts names below `njepa`, such as `"tensorflow", "2.21.0-cpu"`
 */
export function cacheFolder(...parts: string[]): string {
  return join(userCache(), "njepa", ...parts);
}

function userCache(): string {
  const stated = process.env.XDG_CACHE_HOME;
  // The XDG specification asks that a relative path there be ignored.
  if (stated !== undefined && isAbsolute(stated)) return stated;
  return process.platform === "darwin" ? join(homedir(), "Library", "Caches") : join(homedir(), ".cache");
}
