import { homedir, userInfo } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * The folder in this user's cache where njepa keeps what it fetched: `njepa/<part>/…` under `XDG_CACHE_HOME`,
 * else under the system's usual location. It is not created here.
 *
 * @param parts names below `njepa`, such as `"tensorflow", "2.21.0-cpu"`
 */
export function cacheFolder(...parts: string[]): string {
  return join(userCache(), "njepa", ...parts);
}

function userCache(): string {
  const stated = process.env.XDG_CACHE_HOME;
  // The XDG specification says to ignore a relative path.
  if (stated !== undefined && isAbsolute(stated)) return stated;
  // An empty HOME, as of some services, would put the cache into whatever folder the process was started in.
  const home = isAbsolute(homedir()) ? homedir() : userInfo().homedir;
  return process.platform === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache");
}
