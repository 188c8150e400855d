/** The end of `npm run build`: removes what was compiled from sources that are gone. */
import { join } from "node:path";
import { removeOrphans } from "njepa/system/orphans";

const root = join(__dirname, "../..");
for (const [compiled, sources] of [
  ["lib/dist", "lib"],
  ["build/scripts", "scripts"],
] as const)
  for (const path of removeOrphans(join(root, compiled), join(root, sources)))
    process.stderr.write(`removed ${join(compiled, path)}: its source is gone\n`);
