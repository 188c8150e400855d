import * as njepa from "njepa";

// #region NjepaError, ConfigError, ShapeError, CheckpointError, DataError, DecodeError, EngineError, KernelError, StudyError, TrainError
// Every error of ours is a NjepaError; its class says what is wrong, its message what to do.
try {
  njepa.parseRun({ preset: "smoke", optimizer: { batchSize: 0 } });
} catch (error) {
  console.log(error instanceof njepa.NjepaError, error instanceof njepa.ConfigError); // → true true
}
// #endregion

// #region Interrupted
// The stop button of a notebook, or a signal: what was waited for rejects with it, and is no failure.
const stopped = new njepa.Interrupted();
console.log(stopped instanceof Error); // → true
// #endregion
