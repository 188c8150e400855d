/** Every error that njepa throws on purpose: the message names the thing, what was expected, what was got, what to do. */
export class NjepaError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A setting that is unknown, of a wrong type, out of range, or at odds with another one. */
export class ConfigError extends NjepaError {}

/** A tensor or array of another shape or dtype than the function takes. */
export class ShapeError extends NjepaError {}

/** A checkpoint that is missing, damaged, or of another model than the run's. */
export class CheckpointError extends NjepaError {}

/** Training that cannot go on: a step was no finite number and was not taken. */
export class TrainError extends NjepaError {}

/** An image, archive or file whose bytes cannot be read as what they claim to be. */
export class DecodeError extends NjepaError {}

/** A data set that is missing, incomplete, or does not have what was asked of it. */
export class DataError extends NjepaError {}

/** TensorFlow could not be found, fetched, loaded or asked to do something. */
export class EngineError extends NjepaError {}

/** A kernel that did not start, died, or broke the protocol. */
export class KernelError extends NjepaError {}

/** A table's cells that contradict one another, a result that cannot be trusted, or an executor that cannot run. */
export class StudyError extends NjepaError {}

/** Bad usage of a command: its message is printed alone, without a stack, and the exit code is 2. */
export class CliError extends NjepaError {}
