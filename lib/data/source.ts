import type { DataConfig } from "../config";
import type { Pixels } from "../pixels";
import type { OnProgress } from "../system";
import type { Dataset } from "./dataset";
import type { ImageHeader } from "./images/image-header";

/** Settings of a data set; those not given take the configuration's defaults. */
export type DatasetConfig = Partial<DataConfig> & Pick<DataConfig, "name">;

/** How opening is monitored and bounded; affects no result. */
export interface OpenOptions {
  onProgress?: OnProgress | undefined;
  /** Images read and decoded concurrently; default: four per core. */
  inFlight?: number | undefined;
  /** Examine every file again, whatever the cache says. */
  fresh?: boolean | undefined;
  /** Called for each intact image while all are decoded to find broken ones; pixels only for training images. */
  onImage?: ((header: ImageHeader, pixels: Pixels | null) => void) | undefined;
}

/** Where a published data set lies on this machine (its files not yet read), and how it got there. */
export interface FoundData {
  directory: string;
  source: "explicit" | "cache" | "system" | "fetched";
}

/** How a data set is found, fetched and opened. The file `sources/NAME.ts` exports that of data set NAME as `source`. */
export interface DataSource {
  /** @throws {DataError} when the data cannot be obtained, are not the published ones, or have unusable files */
  open(config: DatasetConfig, options: OpenOptions): Promise<Dataset>;
  /** For a file layout: whether a path has it. `inspect PATH` takes the first one that matches. */
  recognizes?(path: string): Promise<boolean>;
  /** For published data: looks for their files by name; null where this machine does not have them. */
  locate?(): FoundData | null;
}
