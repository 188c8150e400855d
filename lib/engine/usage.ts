import { theRuntime } from "./runtime";
import type { EngineStats } from "./stats";

/** What the engine did in this process so far. @throws {EngineError} before `ready()` */
export function stats(): EngineStats {
  return { ...theRuntime().stats };
}
