import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { ICell, ICodeCell, INotebookContent, MultilineString } from "@jupyterlab/nbformat";
import { DecodeError } from "../errors";
import { isPlainObject } from "../plain-object";
import { withoutByteOrderMark, writeDurably } from "../system";

/**
 * The notebook in a file, as nbformat 4.5: every cell has an id, made from its index and text where the file has none.
 *
 * @throws {DecodeError} when the file cannot be read, is not a notebook of format 4, or is written in another language
 */
export async function readNotebook(file: string): Promise<INotebookContent> {
  const fail = (what: string, cause?: unknown) => new DecodeError(`${file} cannot be run: ${what}`, { cause });
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw fail(`it cannot be read (${error.message})`, error);
  });
  let value: unknown;
  try {
    value = JSON.parse(withoutByteOrderMark(text));
  } catch (error) {
    throw fail(`it is not JSON (${(error as Error).message})`, error);
  }
  const wrong = whatIsWrong(value);
  if (wrong !== undefined) throw fail(wrong);
  return withIds(value as INotebookContent);
}

/** Writes the notebook under a temporary name and renames it, so that a partial file is never taken for the whole. */
export async function writeNotebook(file: string, notebook: INotebookContent): Promise<void> {
  await writeDurably(file, `${JSON.stringify(notebook, null, 1)}\n`);
}

export function isCode(cell: ICell): cell is ICodeCell {
  return cell.cell_type === "code";
}

/** The text of a cell or an output as one string; a file may store it as a list of lines. */
export function joined(text: MultilineString): string {
  return Array.isArray(text) ? text.join("") : text;
}

export function hasTag(cell: ICell, tag: string): boolean {
  const { tags } = cell.metadata;
  return Array.isArray(tags) && tags.includes(tag);
}

type Json = Record<string, unknown>;
const isText = (value: unknown) =>
  typeof value === "string" || (Array.isArray(value) && value.every((line) => typeof line === "string"));

/** Deepest nesting of a notebook: nobody writes one by hand, and beyond some thousands it cannot be written again. */
const deepest = 500;

function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth <= deepest && level.length > 0; depth++)
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  return level.length > 0;
}

function whatIsWrong(value: unknown): string | undefined {
  if (!isPlainObject(value))
    return `a notebook is a JSON object, this is ${Array.isArray(value) ? "an array" : typeof value}`;
  const { nbformat, cells, metadata = {} } = value;
  if (nbformat !== 4)
    return `nbformat 4 was expected, got ${JSON.stringify(nbformat) ?? "none"}; save it with a current Jupyter`;
  if (isTooDeep(value)) return `it is nested more than ${deepest} levels deep`;
  if (!isPlainObject(metadata)) return "its metadata is not an object";
  if (!Array.isArray(cells)) return "it has no list of cells";
  for (const [index, cell] of cells.entries()) {
    const wrong = whatIsWrongWithCell(cell);
    if (wrong !== undefined) return `cell ${index + 1} of ${cells.length} ${wrong}`;
  }
  return wrongLanguage(metadata);
}

function whatIsWrongWithCell(cell: unknown): string | undefined {
  if (!isPlainObject(cell)) return "is not an object";
  const { cell_type, source, metadata = {}, outputs = [], attachments = {} } = cell;
  if (typeof cell_type !== "string") return "has no cell_type";
  if (!isText(source)) return "has a source that is neither text nor a list of lines";
  if (!isPlainObject(metadata)) return "has metadata that is not an object";
  if (!isPlainObject(attachments)) return "has attachments that are not an object";
  if (!Array.isArray(outputs)) return "has outputs that are not a list";
  const at = outputs.findIndex((output) => !isOutput(output));
  return at === -1 ? undefined : `has an output ${at + 1} that is none of nbformat's`;
}

function isOutput(value: unknown): boolean {
  if (!isPlainObject(value)) return false;
  const { output_type, text, data = {}, metadata = {} } = value;
  if (output_type === "stream") return isText(text);
  return typeof output_type === "string" && isPlainObject(data) && isPlainObject(metadata);
}

function wrongLanguage(metadata: Json): string | undefined {
  const spec = isPlainObject(metadata.kernelspec) ? metadata.kernelspec : {};
  const info = isPlainObject(metadata.language_info) ? metadata.language_info : {};
  const language = spec.language ?? info.name;
  if (language === undefined || language === "typescript") return undefined;
  return `it is written in ${String(language)} (kernel ${String(spec.name ?? "unknown")}); njepa runs typescript`;
}

function withIds(notebook: INotebookContent): INotebookContent {
  const used = new Set<string>();
  const cells = notebook.cells.map((cell, index) => {
    const own = typeof cell.id === "string" && !used.has(cell.id) ? cell.id : undefined;
    const id =
      own ??
      createHash("sha256")
        .update(`${index}\n${joined(cell.source)}`)
        .digest("hex")
        .slice(0, 12);
    used.add(id);
    return { ...cell, id, metadata: cell.metadata ?? {} };
  });
  const minor = Math.max(5, Number(notebook.nbformat_minor) || 0);
  return { ...notebook, metadata: notebook.metadata ?? {}, nbformat_minor: minor, cells };
}
