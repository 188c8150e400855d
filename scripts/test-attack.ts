/** Kill, flood, damage and fill up: what njepa must survive.  Exit 0 survived all, 1 not all, 2 bad usage. */

import { command, print } from "njepa/command-line";
import { bundle } from "./bundle";

interface AttackTests {
  runAttacks(
    options: { seed: number; small: boolean; only: string },
    print: (line: string) => void,
  ): Promise<{ passed: number; failed: number }>;
}

export default command(module, {
  name: "test:attack",
  says: "kill, flood, damage and fill up: what njepa must survive",
  about: "  On this machine alone, in temporary folders; minutes. The attacks stand in test/attack.",
  options: {
    only: { type: "string", default: "", description: "the kinds whose words contain this" },
    seed: { type: "string", default: "1", description: "which random moments and contents" },
    small: { type: "boolean", description: "the few tries of npm test" },
  },
  async run({ only, seed, small = false }) {
    const { runAttacks } = await bundle<AttackTests>("test/attack/run.ts");
    const { failed } = await runAttacks({ only, seed: Number(seed), small }, print);
    return failed === 0 ? 0 : 1;
  },
});
