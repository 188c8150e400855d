import { printable } from "./printable";

/** Base of every error njepa throws on purpose: the message says what was expected, what was found, and what to do. */
export class NjepaError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(printable(message), options);
    this.name = new.target.name;
  }
}

/** A setting that is unknown, of the wrong type, out of range, or in conflict with another one. */
export class ConfigError extends NjepaError {}

/** A tensor or array whose shape or dtype is not what the function expects. */
export class ShapeError extends NjepaError {}

/** A checkpoint that is missing, damaged, or from a different model than the run's. */
export class CheckpointError extends NjepaError {}

/** Training that cannot continue: a step produced a non-finite number and was not applied. */
export class TrainError extends NjepaError {}

/** An image, archive or file whose bytes cannot be read as what they claim to be. */
export class DecodeError extends NjepaError {}

/** A data set that is missing, incomplete, or lacks what was requested from it. */
export class DataError extends NjepaError {}

/** TensorFlow could not be found, fetched or loaded, or could not do what was asked. */
export class EngineError extends NjepaError {}

/** A kernel that did not start, died, or broke the protocol. */
export class KernelError extends NjepaError {}

/** Cells of a table that contradict each other, a result that cannot be trusted, or an executor that cannot run. */
export class StudyError extends NjepaError {}

/** A command used incorrectly: its message is printed without a stack trace, and the exit code is 2. */
export class CliError extends NjepaError {}

/**
 * Checks a choice that nothing else checks: compared with one word only, any other would silently count as the rest.
 *
 * @throws {ConfigError} that names the setting and its choices, where its value is none of them
 */
export function requireChoice(setting: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  const [last, ...others] = choices.map((choice) => `"${choice}"`).reverse();
  throw new ConfigError(
    `${setting}: expected ${others.reverse().join(", ")} or ${last}, got ${JSON.stringify(value) ?? "undefined"}.`,
  );
}

/** @throws {ConfigError} that names the setting, where its value is no whole number or smaller than `least` */
export function requireWhole(setting: string, value: number, least = Number.MIN_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  const range = least === Number.MIN_SAFE_INTEGER ? "" : ` of at least ${least}`;
  throw new ConfigError(`${setting}: expected a whole number${range}, got ${value}.`);
}
