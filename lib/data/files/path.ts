import { resolve } from "node:path";
import { DataError } from "../../errors";
import type { DatasetConfig } from "../source";

/** The folder that `data.path` names, or else the given environment variable. @throws {DataError} when neither does */
export function pathOf({ name, path }: DatasetConfig, variable?: string): string {
  const stated = path || (variable && process.env[variable]);
  if (stated) return resolve(stated);
  throw new DataError(
    `Data set "${name}" needs a place: expected data.path${variable ? ` or the variable ${variable}` : ""} to name its ` +
      `folder, got nothing.`,
  );
}
