import { arithmetic, carryPrograms, type TakenPrograms } from "../engine";
import { ConfigError } from "../errors";
import type { OnProgress } from "../system";
import { otherArithmetic } from "./checkpoint";
import type { CompiledStep } from "./compiled-step";

/** What keeps a resumed run's bits those of an unbroken one: device, driver, libraries, and the compiled programs. */

/** On a device of PJRT a compiler may choose kernels by timing them, and other ones the next time. */
const isOnDevice = () => arithmetic().startsWith("PJRT");

/**
 * Says why going on from a checkpoint will or may not give the bits of one unbroken run, if anything stands against it.
 *
 * @throws {ConfigError} with that reason, where bits must not differ
 */
export async function requireSameBits(
  checkpoint: string,
  { refused }: TakenPrograms,
  { deterministic = false, onProgress }: { deterministic?: boolean; onProgress?: OnProgress | undefined },
): Promise<void> {
  const other = await otherArithmetic(checkpoint);
  const [program] = isOnDevice() ? refused : [];
  const differ = "differ in their last bits from those of one unbroken run";
  let why: string | null = null;
  if (other !== null)
    why = `${checkpoint} was computed by ${other}, and goes on by ${arithmetic()}: the numbers will ${differ}`;
  else if (program !== undefined)
    why = `${program} and what else is not sealed with this user's key is compiled anew: the numbers may ${differ}`;
  if (why === null) return;
  if (deterministic) throw new ConfigError(`${why}. Go on there, or leave \`deterministic\` out.`);
  onProgress?.(`${why}.`);
}

/** Copies the step's programs into the run's folder; returns how many are not kept and so cannot go along. */
export function carryStep(compiled: CompiledStep, folder: string): number {
  const kept = compiled.programs();
  carryPrograms(kept, folder);
  return isOnDevice() ? compiled.signatures() - kept.length : 0;
}
