import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DataError, NjepaError } from "../errors";
import { compiledFile, makeFolder } from "../system";
import { readme } from "./readme";

/** Parameters for the notebook: the folder of images, and training for as long as the settings say. */
const parameters = 'let folder = "images";\nlet config = "run.json";\nlet steps = 0;';

const settings = { preset: "photographs", data: { path: "images" }, optimizer: { epochs: 100 } };

/**
 * Creates a folder with a notebook that goes from images to a probe, its settings, a README, and `images/`.
 *
 * @returns the names of the files written
 * @throws {DataError} when a folder of that name exists and is not empty
 */
export async function createProject(folder: string): Promise<string[]> {
  const there = await readdir(folder).catch(() => []);
  if (there.length > 0) throw new DataError(`${folder} is not empty. Name a folder that is not there yet.`);
  const files: Record<string, string> = {
    "README.md": readme,
    "run.json": `${JSON.stringify(settings, null, 2)}\n`,
    "start.ipynb": await startNotebook(),
  };
  await makeFolder(join(folder, "images"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { flag: "wx" });
  return Object.keys(files);
}

interface Cell {
  cell_type: string;
  metadata: { tags?: string[] };
  source: string | string[];
}

async function startNotebook(): Promise<string> {
  const notebook = JSON.parse(await readFile(ownImages(), "utf8")) as { cells: Cell[] };
  for (const cell of notebook.cells) if (cell.metadata.tags?.includes("parameters")) cell.source = parameters;
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

/** Path of the notebook: beside the library in the checkout, inside it in the package. */
function ownImages(): string {
  const library = dirname(compiledFile());
  const places = [library, dirname(library)].map((place) => join(place, "notebooks/own-images.ipynb"));
  const file = places.find(existsSync);
  if (file === undefined) throw new NjepaError(`${places[0]} is missing: the installation of njepa is damaged`);
  return file;
}
