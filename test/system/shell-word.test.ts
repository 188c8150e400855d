import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { shellQuoted } from "../../lib/system";

it("gives a shell any text as one word, and leaves plain words readable", () => {
  const words = ["plain", "data.path=/a,b", "two words", "it's", "$HOME `id` \\", "", "[0.1]", "a\nb", "*"];
  const given = execFileSync("sh", ["-c", `printf '%s\\0' ${words.map(shellQuoted).join(" ")}`], { encoding: "utf8" });
  expect(given.split("\0").slice(0, -1)).toEqual(words);
  expect(words.slice(0, 3).map(shellQuoted)).toEqual(["plain", "data.path=/a,b", "'two words'"]);
});
