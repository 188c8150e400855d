import path from "node:path";
import { readNotebook, writeNotebook } from "./notebook-file";
import type { NotebookOptions, NotebookRun } from "./notebook-run";
import { NotebookSession } from "./notebook-session";
import { withParameters } from "./parameters";

/**
 * The notebook with its outputs, after running its code cells in order on a fresh kernel.
 *
 * It stops at the first cell that throws (unless tagged `raises-exception`), exceeds its time limit or loses its
 * kernel; `status` reports this, and everything up to there is kept.
 *
 * @throws {DecodeError} when the file is not a TypeScript notebook
 * @throws {ConfigError} when the parameters are not those of the notebook
 * @throws {KernelError} when the kernel does not start
 */
export async function executeNotebook(file: string, options: NotebookOptions = {}): Promise<NotebookRun> {
  const notebook = withParameters(await readNotebook(file), options.parameters ?? {});
  const session = await NotebookSession.open(options.cwd ?? path.dirname(path.resolve(file)), options);
  let run: NotebookRun;
  try {
    run = await session.run(notebook);
  } finally {
    await session.close();
  }
  if (options.output !== undefined) await writeNotebook(options.output, run.notebook);
  return run;
}
