import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { compile, ready, tf } from "../../lib/engine";
import { XlaPrograms } from "../../lib/engine/compile/xla-programs";
import { xlaCacheDropper } from "../../lib/engine/native/xla-cache";
import { theRuntime } from "../../lib/engine/runtime";

/** Programs of functions whose compilation takes so many seconds, and how often all were dropped. */
function simulated() {
  const seen = { drops: 0, compiled: 0 };
  const programs = new XlaPrograms(() => seen.drops++);
  const compiled = async (seconds: number) => {
    const program = programs.add(() => seen.compiled++);
    const { now } = performance;
    let time = 0;
    performance.now = () => time;
    try {
      await program.run(async () => {
        time = 1000 * seconds;
      });
    } finally {
      performance.now = now;
    }
    return program;
  };
  return { seen, compiled };
}

describe("programs of disposed functions", () => {
  it("are dropped at once when none is in use", async () => {
    const { seen, compiled } = simulated();
    (await compiled(2)).dispose();
    expect(seen).toEqual({ drops: 1, compiled: 1 });
  });

  it("are dropped once they took four times as long to compile as those in use would again, and then those compile again", async () => {
    const { seen, compiled } = simulated();
    const used = await compiled(1);
    for (let at = 0; at < 3; at++) (await compiled(1)).dispose();
    expect([seen.drops, used.isCompiled()]).toEqual([0, true]);
    (await compiled(1)).dispose();
    expect([seen.drops, used.isCompiled()]).toEqual([1, false]);
    await used.run(async () => {});
    expect([seen.compiled, used.isCompiled()]).toEqual([6, true]);
  });

  it("are not dropped while one runs, but when it has ended; one that was disposed meanwhile goes, too", async () => {
    const { seen, compiled } = simulated();
    const slow = await compiled(1);
    let end = () => {};
    const running = slow.run(() => new Promise<void>((resolve) => (end = resolve)));
    for (let at = 0; at < 9; at++) (await compiled(1)).dispose();
    slow.dispose();
    expect(seen.drops).toBe(0);
    end();
    await running;
    expect(seen.drops).toBe(1);
  });
});

describe.runIf(process.platform === "linux")("XLA's cache of programs", () => {
  beforeAll(() => ready({ device: "cpu" }));
  const maps = () => readFileSync("/proc/self/maps", "utf8").split("\n").length;

  it("is dropped through a handle of its resource: its code is unmapped, and what is in use computes as before", async () => {
    const { api, context } = theRuntime();
    const options = { backend: "tensorflow" } as const;
    const functions = Array.from({ length: 8 }, (_, at) =>
      compile((x: tf.Tensor) => tf.add(tf.mul(x, at), 1), options),
    );
    const x = tf.tensor1d([3, 4]);
    for (const one of functions) (await one(x)).dispose();
    const before = maps();
    xlaCacheDropper(api, context)?.();
    // Each program has its code, its constants and its tables mapped.
    expect(maps()).toBeLessThanOrEqual(before - 16);
    const again = await (functions[2] as (typeof functions)[0])(x);
    expect(Array.from(again.dataSync())).toEqual([7, 9]);
    for (const thing of [x, again, ...functions]) thing.dispose();
  });
});
