/** What one cell took. */
export interface CellRecord {
  readonly count: number;
  readonly code: string;
  readonly status: "ok" | "error" | "running";
  readonly seconds: number;
  /** Of all threads of the kernel process. */
  readonly cpuSeconds: number;
  /** Resident memory of the kernel process, in bytes. */
  readonly memory: { readonly before: number; readonly after: number; readonly peak: number };
}
