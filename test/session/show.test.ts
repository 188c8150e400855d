import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Kernel, type Message, startKernel } from "../../lib/jupyter";
import { liveDisplay, show } from "../../lib/session";
import { temporaryFolder } from "../temporary-folder";

const shown = ["display_data", "update_display_data", "stream", "execute_result", "error"];

describe("show", () => {
  it("prints the text of each thing where there is no kernel", async () => {
    const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const thing = (text: string) => ({ toMimeBundle: async () => ({}), toText: () => text });
    await show(thing("one"), thing("two"));
    await liveDisplay().update(thing("three"));
    const lines = write.mock.calls.map(([text]) => text);
    write.mockRestore();
    expect(lines).toEqual(["one\n", "two\n", "three\n"]);
  });
});

describe("show in a kernel", () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await startKernel({ cwd: temporaryFolder() });
    const room = JSON.stringify(require.resolve("../../lib/dist/session/show.js"));
    const slow = "await new Promise((end) => setTimeout(end, ms));";
    await kernel.execute(`const { show, liveDisplay } = require(${room});
      const thing = (text: string, ms = 0) => ({ toText: () => text, metadata: { njepa: { id: text } },
        toMimeBundle: async () => { ${slow} return { "text/plain": text, "x/json": { a: [1] }, "image/png": new Uint8Array([1]) }; } });
      const broken = { toText: () => "", toMimeBundle: async () => { throw new TypeError("no picture"); } };`);
  });
  afterAll(() => kernel.shutdown());

  async function run(code: string): Promise<{ status: string; out: [string, unknown][]; messages: Message[] }> {
    const messages: Message[] = [];
    const { status } = await kernel.execute(code, { onOutput: (message) => messages.push(message) });
    const out = messages.filter((m) => shown.includes(m.header.msg_type));
    const text = ({ content }: Message) =>
      (content.data as Record<string, unknown> | undefined)?.["text/plain"] ?? content.text ?? content.evalue;
    return { status, messages: out, out: out.map((m) => [m.header.msg_type, text(m)]) };
  }

  it("sends one message with all forms and the metadata", async () => {
    const { messages } = await run("await show(thing('a'));");
    expect(messages.map((m) => m.content)).toEqual([
      {
        data: { "text/plain": "a", "x/json": { a: [1] }, "image/png": "AQ==" },
        metadata: { njepa: { id: "a" } },
        transient: {},
      },
    ]);
  });

  it("keeps the order of calls that nobody awaits, and the cell waits for them", async () => {
    const { out } = await run("show(thing('slow', 200), thing('second'));\nshow(thing('third'))");
    expect(out).toEqual([
      ["display_data", "slow"],
      ["display_data", "second"],
      ["display_data", "third"],
    ]);
  });

  it("updates one display from a callback while the cell runs", async () => {
    const { messages, out } = await run(`const live = liveDisplay(); let step = 0;
      const timer = setInterval(() => live.update(thing(String(step++))), 20);
      await new Promise((end) => setTimeout(end, 300)); clearInterval(timer);`);
    expect(out[0]).toEqual(["display_data", "0"]);
    expect(out[1]).toEqual(["update_display_data", "1"]);
    expect(out.length).toBeGreaterThan(3);
    const ids = messages.map((m) => (m.content.transient as { display_id: string }).display_id);
    expect(new Set(ids).size).toBe(1);
  });

  it("leaves tslab's own display working", async () => {
    const { messages, status } = await run("import * as tslab from 'tslab'; tslab.display.html('<b>x</b>');");
    expect(status).toBe("ok");
    expect(messages.map((m) => m.content.data)).toEqual([{ "text/html": "<b>x</b>" }]);
  });

  it("shows a displayable that is the last expression as the cell's result", async () => {
    expect((await run("thing('value')")).out).toEqual([["execute_result", "value"]]);
  });

  it("fails the cell when a thing cannot be made, awaited or not", async () => {
    expect(await run("await show(broken);")).toMatchObject({ status: "error", out: [["error", "no picture"]] });
    expect(await run("show(thing('good'), broken);")).toMatchObject({
      status: "error",
      out: [
        ["display_data", "good"],
        ["error", "no picture"],
      ],
    });
    expect((await run("await show(thing('next'));")).out).toEqual([["display_data", "next"]]);
  });
});
