import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { createJiti } from "jiti";
import { CliError } from "../errors";
import { isPlainObject } from "../plain-object";
import { withoutByteOrderMark } from "../system";

const programs = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"];

/**
 * The object in a JSON file, or the default export of a TypeScript or JavaScript module; such a module is executed with
 * your permissions.
 *
 * @throws {CliError} when the file cannot be read or contains no object
 */
export async function readConfigFile(file: string): Promise<Record<string, unknown>> {
  const value = programs.includes(extname(file)) ? await exported(file) : await parsed(file);
  if (!isPlainObject(value))
    throw new CliError(
      `--config ${file}: expected an object of settings, got ${JSON.stringify(value) ?? typeof value}`,
    );
  return value;
}

async function parsed(file: string): Promise<unknown> {
  try {
    return JSON.parse(withoutByteOrderMark(await readFile(file, "utf8")));
  } catch (error) {
    throw new CliError(`--config ${file}: ${(error as Error).message}`, { cause: error });
  }
}

async function exported(file: string): Promise<unknown> {
  try {
    // Beside the file itself, so that its imports resolve where its author expects.
    const path = resolve(file);
    return await createJiti(path, { fsCache: false }).import(path, { default: true });
  } catch (error) {
    throw new CliError(`--config ${file}: ${(error as Error).message}`, { cause: error });
  }
}
