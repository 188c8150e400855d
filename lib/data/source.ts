import type { DataConfig } from "../config";
import type { Pixels } from "../pixels";
import type { OnProgress } from "../system";
import type { Dataset } from "./dataset";
import type { ImageHeader } from "./images/image-header";

/** Settings of a data set; what is not given takes the configuration's default. */
export type DatasetConfig = Partial<DataConfig> & Pick<DataConfig, "name">;

/** How opening is watched and bounded; changes no number. */
export interface OpenOptions {
  onProgress?: OnProgress | undefined;
  /** Images read and decoded at a time; default: four for each core. */
  inFlight?: number | undefined;
  /** Look at every file anew, whatever the cache says. */
  fresh?: boolean | undefined;
  /** Told of each whole image while all are decoded to find the broken ones; the pixels only of those to learn from. */
  onImage?: ((header: ImageHeader, pixels: Pixels | null) => void) | undefined;
}

/** Where a published data set lies on this machine, its files unread, and how we came to it. */
export interface FoundData {
  directory: string;
  source: "explicit" | "cache" | "system" | "fetched";
}

/** How a data set is found, fetched and opened. The file `sources/NAME.ts` exports that of data set NAME as `source`. */
export interface DataSource {
  /** @throws {DataError} when the data cannot be had, are not the published ones, or have files that are not fit for use */
  open(config: DatasetConfig, options: OpenOptions): Promise<Dataset>;
  /** Of a layout of files: whether a path has it. `inspect PATH` takes the first that has. */
  recognizes?(path: string): Promise<boolean>;
  /** Of published data: looks for their files by name; null where this machine does not have them. */
  locate?(): FoundData | null;
}
