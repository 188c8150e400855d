import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Tally } from "./attack";
import { scripts } from "./processes";
import { attacks, runAttack } from "./run";

describe("Tally", () => {
  it("counts what was survived, what was lost or thrown, and what hung", async () => {
    const tally = new Tally();
    await tally.attempt("fine", 1, async () => undefined);
    await tally.attempt("worse", 1, async () => "2 of 3 are gone");
    await tally.attempt("thrown", 1, () => Promise.reject(new Error("no")));
    await tally.attempt("endless", 0.05, () => new Promise(() => {}));
    expect([tally.tried, tally.survived, tally.lost, tally.hung]).toEqual([4, 1, 2, 1]);
    expect(tally.notes[0]).toBe("worse: 2 of 3 are gone");
  });
});

describe.skipIf(!existsSync(join(scripts, "reports.js")) || process.platform !== "linux")("an attack", () => {
  it.each(attacks)("on $kind loses nothing and hangs nowhere", async (attack) => {
    const { lost, hung, notes } = await runAttack(attack, 1, "small");
    expect(notes).toEqual([]);
    expect([lost, hung]).toEqual([0, 0]);
  });
});
