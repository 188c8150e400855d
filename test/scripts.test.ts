import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const scripts = join(__dirname, "../scripts");
const files = readdirSync(scripts, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !/^(bench|reference)\b/.test(name))
  .map((name) => ({ name, text: readFileSync(join(scripts, name), "utf8") }));

describe("scripts", () => {
  it("are each a command: options as data and one function; njepa has them all, bundle and remove-orphans are parts of others", () => {
    const others = files.filter(({ text }) => !/^export default command\(module, \{$/m.test(text));
    expect(others.map(({ name }) => name)).toEqual(["bundle.ts", "njepa.ts", "remove-orphans.ts"]);
  });
});
