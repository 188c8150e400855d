import { writeFileSync } from "node:fs";
import path from "node:path";
import type { ICodeCell, INotebookContent, IOutput } from "@jupyterlab/nbformat";

/** Writes a notebook whose code cells have these texts; `[text, tag]` gives a cell a tag. */
export function writeCells(folder: string, ...cells: (string | [string, string])[]): string {
  const file = path.join(folder, `${Math.floor(performance.now() * 1000)}.ipynb`);
  const notebook = {
    nbformat: 4,
    nbformat_minor: 4,
    metadata: { kernelspec: { name: "njepa", display_name: "N-JEPA (TypeScript)", language: "typescript" } },
    cells: cells.map((cell) => {
      const [source, tag] = typeof cell === "string" ? [cell, undefined] : cell;
      return { cell_type: "code", source, metadata: tag ? { tags: [tag] } : {}, outputs: [], execution_count: null };
    }),
  };
  writeFileSync(file, JSON.stringify(notebook));
  return file;
}

export function outputsOf(notebook: INotebookContent, index: number): IOutput[] {
  return (notebook.cells[index] as ICodeCell).outputs;
}

/** What a cell printed. */
export function printed(notebook: INotebookContent, index: number, name = "stdout"): string {
  const streams = outputsOf(notebook, index).filter((o) => o.output_type === "stream" && o.name === name);
  return streams.map((stream) => String(stream.text)).join("");
}

/** Whether the process is there and not a zombie that nobody has waited for yet. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export async function until(condition: () => boolean, seconds = 10): Promise<boolean> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    if (condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return condition();
}
