/** Kill, flood, damage and fill up: what njepa must survive.  Exit 0 survived all, 1 not all or not all begun, 2 bad usage. */

import { command, print } from "njepa/command-line";
import { bundle } from "./bundle";

interface AttackTests {
  runAttacks(
    plan: { seed: number; form: "small" | "usual" | "full"; only: string; minutes: number },
    print: (line: string) => void,
  ): Promise<{ passed: number; failed: number; left: number }>;
}

export default command(module, {
  name: "test:attack",
  says: "kill, flood, damage and fill up: what njepa must survive",
  about: "  On this machine alone, in temporary folders; some ten minutes. The attacks stand in test/attack.",
  options: {
    only: { type: "string", default: "", description: "the kinds whose words contain this" },
    seed: { type: "string", default: "1", description: "which random moments and contents" },
    small: { type: "boolean", description: "the few tries of npm test" },
    full: { type: "boolean", description: "thousands of tries, an hour; best with --only" },
    minutes: {
      type: "string",
      default: "12",
      description: "no kind begins after this time; without limit with --full",
    },
  },
  async run({ only, seed, minutes, small = false, full = false }) {
    const { runAttacks } = await bundle<AttackTests>("test/attack/run.ts");
    const form = full ? "full" : small ? "small" : "usual";
    const plan = {
      only,
      seed: Number(seed),
      form,
      minutes: full ? Number.POSITIVE_INFINITY : Number(minutes),
    } as const;
    const { failed, left } = await runAttacks(plan, print);
    return failed + left === 0 ? 0 : 1;
  },
});
