/** Time and memory that one cell took. */
export interface CellRecord {
  /** The number in brackets beside the cell. */
  readonly count: number;
  readonly code: string;
  readonly status: "ok" | "error" | "running";
  readonly seconds: number;
  /** CPU seconds of all threads of the kernel process. */
  readonly cpuSeconds: number;
  /** Resident memory of the kernel process, in bytes; the peak is sampled every 100 ms. */
  readonly memory: { readonly before: number; readonly after: number; readonly peak: number };
}
