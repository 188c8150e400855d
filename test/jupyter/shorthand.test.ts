import { describe, expect, it } from "vitest";
import { expandShorthand } from "../../lib/jupyter/server/shorthand";

describe("expandShorthand", () => {
  it("writes out shorthand properties and leaves everything else as it is", () => {
    expect(expandShorthand("const o = { a, b: 1, ...c };\nf({ seed });")).toBe(
      "const o = { a: a, b: 1, ...c };\nf({ seed: seed });",
    );
  });

  it("keeps the default of a destructuring assignment", () => {
    expect(expandShorthand("({ a = 1 } = o);")).toBe("({ a: a = 1 } = o);");
  });

  it("does not touch text that only looks like one", () => {
    const code = 'const t = "{ a }"; // { b }\nif (t) { a }\nconst { d } = o;';
    expect(expandShorthand(code)).toBe(code);
  });
});
