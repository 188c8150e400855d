import { availableParallelism, cpus } from "node:os";

/** The cores that this process may use, and their model: `2 × AMD EPYC`; the architecture where no model is told. */
export function processor(): string {
  return `${availableParallelism()} × ${cpus()[0]?.model.trim() || process.arch}`;
}
