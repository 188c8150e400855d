import { trimMemory } from "../native/malloc-trim";
import type { LoadedProgram, PjrtClient } from "../pjrt/client";
import type { EngineStats } from "../stats";

/** Compiles a program, or takes the one that an earlier process has kept. */
export async function compileKept(
  client: PjrtClient,
  text: string,
  outputs: number,
  label: string,
  stats: EngineStats,
): Promise<LoadedProgram> {
  const began = performance.now();
  const program = await client.compile(text, outputs, label);
  stats.compileSeconds += (performance.now() - began) / 1000;
  trimMemory();
  return program;
}
