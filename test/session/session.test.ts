import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Kernel, startKernel } from "../../lib/jupyter";
import { registerMeter, session } from "../../lib/session";
import { temporaryFolder } from "../temporary-folder";

describe("session", () => {
  it("has the process's memory and the meters of a library's parts, and leaves out those not in use", () => {
    registerMeter("half", () => ({ tensors: 2, bytes: 3 * 2 ** 20 }));
    registerMeter("unused", () => undefined);
    const report = session();
    expect(report.cells).toEqual([]);
    expect(report.meters.half).toEqual({ tensors: 2, bytes: 3 * 2 ** 20 });
    expect(report.meters).not.toHaveProperty("unused");
    expect(report.toText()).toContain("half tensors 2, half memory 3 MiB");
    expect(report.memory.resident).toBeGreaterThan(report.memory.heap);
  });
});

describe("session in a notebook", () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await startKernel({ cwd: temporaryFolder() });
  });
  afterAll(() => kernel.shutdown());

  it("tells time, CPU time and memory of each cell", async () => {
    await kernel.execute("import { session } from 'njepa'; const kept = Buffer.alloc(150 << 20, 1); void 0");
    await kernel.execute("const end = Date.now() + 300; while (Date.now() < end); void 0");
    await kernel.execute("throw 1");
    await kernel.execute("await new Promise((end) => setTimeout(end, 300)); void 0");
    const results: Record<string, string>[] = [];
    const answer = await kernel.execute("session()", {
      onOutput: ({ header, content }) =>
        header.msg_type === "execute_result" && results.push(content.data as Record<string, string>),
    });
    expect(answer.status).toBe("ok");
    expect(results[0]?.["text/html"]).toContain("This session");
    const texts: string[] = [];
    await kernel.execute("console.log(JSON.stringify(session().cells))", {
      onOutput: ({ header, content }) => header.msg_type === "stream" && texts.push(String(content.text)),
    });
    const cells = JSON.parse(texts.join("")) as ReturnType<typeof session>["cells"];
    expect(cells.map(({ count, status }) => [count, status])).toEqual([
      [1, "ok"],
      [2, "ok"],
      [3, "error"],
      [4, "ok"],
      [5, "ok"],
      [6, "running"],
    ]);
    const [held, busy, , waited] = cells;
    const grown = (held?.memory.after ?? 0) - (held?.memory.before ?? 0);
    expect(grown).toBeGreaterThan(100 * 2 ** 20);
    expect(held?.memory.peak).toBeGreaterThanOrEqual(held?.memory.after ?? 0);
    expect(busy?.cpuSeconds).toBeGreaterThan(0.05);
    expect(waited?.seconds).toBeGreaterThanOrEqual(0.29);
    expect(waited?.cpuSeconds).toBeLessThan(busy?.cpuSeconds ?? 0);
  });
});
