/** What the engine did in this process so far. */
export interface EngineStats {
  /** Ops run one at a time. */
  eagerOps: number;
  /** Calls of compiled functions. */
  compiledCalls: number;
  /** Calls that found their signature captured already. */
  cacheHits: number;
  /** Signatures captured, of all compiled functions; those of disposed functions too. */
  signatures: number;
  /** Seconds in which functions were run on tensors without values. */
  captureSeconds: number;
  /** Seconds of the first calls of signatures, in which XLA compiles; the run itself is in them. */
  compileSeconds: number;
  /** Tensors that were copied to a device of PJRT, and from it. */
  uploads: number;
  uploadedBytes: number;
  downloads: number;
  downloadedBytes: number;
  /** Tensors and variables that became unreachable without being disposed, and that the leak finalizer freed. */
  finalized: number;
}

export function noStats(): EngineStats {
  return {
    eagerOps: 0,
    compiledCalls: 0,
    cacheHits: 0,
    signatures: 0,
    captureSeconds: 0,
    compileSeconds: 0,
    uploads: 0,
    uploadedBytes: 0,
    downloads: 0,
    downloadedBytes: 0,
    finalized: 0,
  };
}
