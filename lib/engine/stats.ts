/** What the engine has done in this process so far. */
export interface EngineStats {
  /** Ops run one at a time. */
  eagerOps: number;
  /** Calls of compiled functions. */
  compiledCalls: number;
  /** Calls whose signature had already been captured. */
  cacheHits: number;
  /** Signatures captured over all compiled functions, including disposed ones. */
  signatures: number;
  /** Seconds spent running functions on tensors without values. */
  captureSeconds: number;
  /** Seconds spent in the first call of each signature, in which XLA compiles; includes the run itself. */
  compileSeconds: number;
  /** Tensors copied to a PJRT device, and from it. */
  uploads: number;
  uploadedBytes: number;
  downloads: number;
  downloadedBytes: number;
  /** Tensors and variables that became unreachable without being disposed and were freed by the leak finalizer. */
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
