import type { OnProgress } from "../cache";
import type { DataConfig } from "../config";
import { DataError } from "../errors";
import type { Dataset } from "./dataset";
import { openFashionMnist } from "./fashion-mnist";

/**
 * The data set that a run's settings name.
 *
 * @throws {DataError} when it cannot be opened on this machine, saying what to do
 */
export async function openDataset(
  config: Pick<DataConfig, "name">,
  options: { onProgress?: OnProgress } = {},
): Promise<Dataset> {
  if (config.name === "fashion-mnist") return openFashionMnist(options.onProgress);
  throw new DataError(`This version cannot open the data set "${config.name}" yet; it opens "fashion-mnist".`);
}
