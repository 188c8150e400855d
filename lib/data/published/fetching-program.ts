import { DataError } from "../../errors";
import { runCommand } from "../../system";

/**
 * Runs a program that fetches or unpacks a package, in a folder, to its end.
 *
 * @param args the last two are what it is asked to do: an error names them
 * @throws {DataError} where it cannot be started, with the reason as `cause`, or fails, with its last lines
 */
export async function runFetching(program: string, args: string[], cwd: string): Promise<void> {
  const ended = await runCommand(program, args, { cwd }).catch((error) => {
    throw new DataError(`${program} cannot be started (${error.code})`, { cause: error });
  });
  if (ended.status === 0) return;
  const said = ended.said.trim().split("\n").slice(-3).join("; ");
  throw new DataError(`${program} ${args.at(-2)} ${args.at(-1)} failed with exit ${ended.status}: ${said}`);
}
