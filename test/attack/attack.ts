import { availableParallelism, loadavg } from "node:os";
import type { Rng } from "../../lib/random";

/** One way to attack. A new one is a file of its own beside this one, and an entry in `attacks.ts`. */
export interface Attack {
  /** What is tried, in a few words. */
  readonly kind: string;
  run(on: AttackOptions, tally: Tally): Promise<void>;
}

export interface AttackOptions {
  /** A folder of this attack's own, empty. */
  readonly folder: string;
  /** All chance comes from here, so that a seed names the whole attack. */
  readonly random: Rng;
  readonly form: AttackForm;
  /** How many tries this form has. */
  tries(small: number, usual: number, full: number): number;
}

/** Few tries in seconds for `npm test`, some in minutes, or as many as ever were made, which may take an hour. */
export type AttackForm = "small" | "usual" | "full";

/** How many seconds a second of work may take at the moment, because others use the machine too. */
export function slowness(): number {
  const [waiting = 0] = loadavg();
  return Math.max(1, waiting / availableParallelism());
}

/** What came of the tries: survived, or lost (a wrong result, lost work, a leak, an error that is not ours), or hung. */
export class Tally {
  tried = 0;
  survived = 0;
  lost = 0;
  hung = 0;
  /** What was lost or hung, with what was tried. */
  readonly notes: string[] = [];
  /** What was measured, a line each. */
  readonly figures: string[] = [];

  /**
   * One try.
   *
   * @param seconds after which it hangs; of a machine of its own: on one that others use, each counts for less
   * @param work    resolves to what was lost, or to nothing; what it throws is lost too
   */
  async attempt(what: string, seconds: number, work: () => Promise<string | undefined>): Promise<void> {
    this.tried++;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      let left = seconds;
      const tick = Math.min(1, seconds);
      timer = setInterval(() => {
        left -= tick / slowness();
        if (left <= 0) resolve("late");
      }, tick * 1000);
    });
    const end = work().then(
      (lost) => ({ lost }),
      (error: Error) => ({ lost: error.stack ?? String(error) }),
    );
    const outcome = await Promise.race([end, late]);
    clearInterval(timer);
    if (outcome === "late") {
      this.hung++;
      this.notes.push(`${what}: hung for ${seconds} s`);
    } else if (outcome.lost === undefined) this.survived++;
    else {
      this.lost++;
      this.notes.push(`${what}: ${outcome.lost}`);
    }
  }
}
