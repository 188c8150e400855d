import { describe, expect, it } from "vitest";
import { parseRun, type RunInput } from "../lib/config";
import { settingsLine, withSummary } from "../lib/summary";

type Shown = { toText(): string; toMimeBundle(): Promise<Record<string, string>> };

describe("withSummary", () => {
  const summary = () => ({ title: "Two <b>", lines: [["a", "1"] as const, ["long", "x < y"] as const] });
  const value = withSummary({ a: 1 }, summary) as { a: number } & Shown;

  it("shows an object as lines of text and as an escaped table", async () => {
    expect(value.toText()).toBe("Two <b>\n  a     1\n  long  x < y");
    const { "text/html": html } = await value.toMimeBundle();
    expect(html).toContain("Two &lt;b&gt;");
    expect(html).toMatch(/<th[^>]*>long<\/th><td[^>]*>x &lt; y<\/td>/);
  });

  it("adds nothing to what the object is: keys, JSON, copies", () => {
    expect(Object.keys(value)).toEqual(["a"]);
    expect(JSON.stringify(value)).toBe('{"a":1}');
    expect(structuredClone({ ...value })).toEqual({ a: 1 });
  });

  it("names a run's preset and seed, and a line of settings for each part", () => {
    const run = parseRun({ preset: "smoke", seed: 3 });
    const [title, ...lines] = (run as unknown as Shown).toText().split("\n");
    expect(title).toBe("Settings of a run of preset smoke, seed 3");
    const { preset: _, seed: __, ...parts } = run;
    expect(lines.map((line) => line.trim().split(" ")[0])).toEqual(Object.keys(parts));
    expect(parseRun({ ...run } as RunInput)).toEqual(run);
  });
});

describe("settingsLine", () => {
  it("cuts a long list of settings between two of them", () => {
    expect(settingsLine({ a: 1, b: [1, 2], c: { d: 1 }, e: [1, 2, 3, 4, 5], f: null })).toBe(
      "a 1, b 1 2, c {…}, e 5 values, f null",
    );
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`name${at}`, at]));
    expect(settingsLine(many)).toMatch(/^name0 0, .*name\d+ \d+, …$/);
    expect(settingsLine(many).length).toBeLessThanOrEqual(103);
  });
});
