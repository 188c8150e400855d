import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Kernel, type Message, startKernel } from "../../lib/jupyter";
import { type Watchable, watch } from "../../lib/session";
import { temporaryFolder } from "../temporary-folder";

interface Loss extends Watchable {
  loss: number;
}

async function* records(steps: number, until = steps): AsyncGenerator<Loss> {
  for (let step = 1; step <= until; step++)
    yield { step, steps, imagesPerSecond: 10, secondsLeft: steps - step, loss: 1 / step };
}

describe("watch outside of a notebook", () => {
  it("gives all records and prints where it stands first and last", async () => {
    const lines: string[] = [];
    const write = process.stdout.write;
    process.stdout.write = ((text: string) => lines.push(text) > 0) as typeof write;
    const history = await watch(records(4), { title: "T", show: ["loss"] }).finally(() => {
      process.stdout.write = write;
    });
    expect(history.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(lines[0]).toBe("T  ██████░░░░░░░░░░░░░░░░░░  1/4  10 images/s  3.0 s left  loss 1\n");
    expect(lines.at(-1)).toMatch(/^T {2}█{24} {2}4\/4 {2}10 images\/s {2}0\.0 s {2}loss 0\.25\n$/);
  });
});

describe("the bar of a watch", () => {
  it.each([
    [0, 3, "█".repeat(24)],
    [2, 3, "█".repeat(24)],
  ])("is full beyond the steps that were promised (%i of %i taken)", async (steps, taken, bar) => {
    const lines: string[] = [];
    const write = process.stdout.write;
    process.stdout.write = ((text: string) => lines.push(text) > 0) as typeof write;
    const history = await watch(records(steps, taken)).finally(() => {
      process.stdout.write = write;
    });
    expect(history).toHaveLength(taken);
    expect(lines.at(-1)).toContain(`${bar}  ${taken}/${steps}`);
  });
});

describe("watch in a notebook", () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await startKernel({ cwd: temporaryFolder() });
    await kernel.execute(`import { watch } from "njepa";
      async function* records(steps: number, until = steps, ms = 1) {
        for (let step = 1; step <= until; step++) {
          await new Promise((end) => setTimeout(end, ms));
          yield { step, steps, imagesPerSecond: 10, secondsLeft: steps - step, loss: 1 / step };
        }
      }
      const state = { step: 0 };
      async function* training() { for await (const r of records(1000, 1000, 20)) { state.step = r.step; yield r; } }`);
  });
  afterAll(() => kernel.shutdown());

  /** The last content of each display, in the order of their first appearance. */
  async function displays(code: string, onMessage: (message: Message) => void = () => {}) {
    const last = new Map<string, Record<string, string>>();
    const execution = await kernel.execute(code, {
      timeout: 60,
      onOutput(message) {
        onMessage(message);
        const { display_id: id } = (message.content.transient ?? {}) as { display_id?: string };
        if (id !== undefined) last.set(id, message.content.data as Record<string, string>);
      },
    });
    return { execution, last: [...last.values()] };
  }

  it("leaves the last state of one line and of one figure", async () => {
    const { execution, last } = await displays(`await watch(records(5), { show: ["loss"] }); void 0`);
    expect(execution.status).toBe("ok");
    expect(last).toHaveLength(2);
    expect(last[0]?.["text/plain"]).toMatch(/ 5\/5 .*loss 0\.2$/);
    expect(last[1]?.["image/svg+xml"]).toContain("<svg");
  });

  it("says so when records end before their number", async () => {
    const { last } = await displays("await watch(records(9, 3)); void 0");
    expect(last.map((data) => data["text/plain"])).toEqual([expect.stringMatching(/ 3\/9 .*stopped after 0\.\d s/)]);
  });

  it("stops at the next step when it is interrupted, and what was trained is there for the next cell", async () => {
    let asked = false;
    const { execution, last } = await displays("await watch(training());", ({ header }) => {
      if (header.msg_type !== "display_data" || asked) return;
      asked = true;
      setTimeout(() => kernel.interrupt(), 300);
    });
    expect(execution.failure?.ename).toBe("Interrupted");
    const stopped = Number(last[0]?.["text/plain"]?.match(/ (\d+)\/1000 .*stopped/)?.[1]);
    expect(stopped).toBeGreaterThan(1);
    const later: unknown[] = [];
    await kernel.execute("await new Promise((end) => setTimeout(end, 200)); state.step", {
      onOutput: ({ header, content }) => header.msg_type === "execute_result" && later.push(content.data),
    });
    expect(later).toEqual([{ "text/plain": String(stopped) }]);
  });

  it("keeps the records up to a stop in the variable that waits for them", async () => {
    await kernel.execute(
      "setTimeout(() => process.kill(process.pid, 'SIGINT'), 500); const kept = await watch(training());",
    );
    const { execution, last } = await displays("void 0");
    expect([execution.status, last]).toEqual(["ok", []]);
    const told: unknown[] = [];
    await kernel.execute("[kept.length > 3, kept[0].step === 1]", {
      onOutput: ({ header, content }) => header.msg_type === "execute_result" && told.push(content.data),
    });
    expect(told).toEqual([{ "text/plain": "[ true, true ]" }]);
  });

  it("tells that the first step is being compiled, gives the session back soon after a stop, and waits for it next", async () => {
    await kernel.execute(`let ended = "no"; let finish = () => {}; async function* compiling() {
      try { await new Promise<void>((end) => { finish = end }); yield { step: 1, steps: 1, imagesPerSecond: 1, secondsLeft: 0 } }
      finally { ended = "yes" } }`);
    const lines: string[] = [];
    let asked = false;
    const { execution } = await displays("await watch(compiling());", ({ header, content }) => {
      if (header.msg_type !== "display_data" || asked) return;
      lines.push((content.data as Record<string, string>)["text/plain"] ?? "");
      asked = true;
      kernel.interrupt();
    });
    expect(lines).toEqual([expect.stringMatching(/^compiling, \d+\.\d s$/)]);
    expect(execution.failure?.ename).toBe("Interrupted");
    // It cannot have ended: only a later cell ends it.
    const code =
      "const then = ended; setTimeout(finish, 50); await watch(records(1)); if (then + ended !== 'noyes') throw then + ended";
    const { execution: next } = await displays(code);
    expect(next.failure).toBeUndefined();
  });
});
