import { EngineError } from "../../errors";
import { theRuntime } from "../runtime";
import { PjrtApi } from "./c-api";
import { ProgramDevice } from "./device";

let starting: Promise<ProgramDevice> | null = null;

/**
 * Loads a plugin in this process, once, and makes its first device the one that `backend: "pjrt"` computes on.
 *
 * @throws {EngineError} when no plugin can be had or loaded, or it has no device
 */
export function startPjrt(): Promise<ProgramDevice> {
  starting ??= start().catch((error) => {
    starting = null;
    throw error;
  });
  return starting;
}

async function start(): Promise<ProgramDevice> {
  const runtime = theRuntime();
  const path = process.env.NJEPA_PJRT;
  if (!path) throw new EngineError("NJEPA_PJRT");
  const { api, eager, stats } = runtime;
  runtime.pjrt = new ProgramDevice(new PjrtApi(path), api, eager, stats);
  return runtime.pjrt;
}
