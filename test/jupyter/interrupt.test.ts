import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Dealer, Request } from "zeromq";
import {
  channelAddress,
  createMessage,
  decodeMessage,
  encodeMessage,
  type Kernel,
  type Message,
  startKernel,
} from "../../lib/jupyter";
import { temporaryFolder } from "../temporary-folder";

const forever = {
  "a loop": "for (;;) {}",
  "a loop after an await": "await 0; for (;;) {}",
  "a loop in a timer": "setTimeout(() => { for (;;) {} }, 10); await new Promise(() => {});",
  "a loop in an immediate": "setImmediate(() => { for (;;) {} }); await new Promise(() => {});",
  "a loop in an event":
    "new EventTarget(); process.once('x', () => { for (;;) {} }); setTimeout(() => process.emit('x' as never)); await new Promise(() => {});",
  "a loop of awaits": "async function spin() { for (;;) await 0; } await spin();",
  "a loop in a generator":
    "function* numbers() { for (let i = 0; ; i++) yield i; } await 0; for (const n of numbers()) if (n < 0) break;",
  "an await of nothing": "await new Promise(() => {});",
};

describe("an interrupt", () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await startKernel({ cwd: temporaryFolder() });
    await kernel.execute("const kept = { step: 7 };");
  });
  afterAll(() => kernel.shutdown());

  /** Runs the code and interrupts it once it has said that it runs. */
  async function interrupted(code: string, interrupt: () => void) {
    const messages: Message[] = [];
    let began = 0;
    const execution = await kernel.execute(`console.log("runs"); ${code}`, {
      timeout: 20,
      onOutput(message) {
        messages.push(message);
        if (message.header.msg_type !== "stream" || began > 0) return;
        setTimeout(interrupt, 100);
        began = performance.now();
      },
    });
    return { execution, messages, seconds: (performance.now() - began) / 1000 };
  }

  async function printed(code: string): Promise<string> {
    const texts: string[] = [];
    await kernel.execute(code, {
      onOutput: ({ header, content }) => header.msg_type === "stream" && texts.push(String(content.text)),
    });
    return texts.join("");
  }

  const byMessage = () => kernel.interrupt();
  const bySignal = () => process.kill(kernel.pid ?? 0, "SIGINT");

  it.each(Object.entries(forever))("stops %s, by message and by signal, and the session goes on", async (_, code) => {
    for (const interrupt of [byMessage, bySignal]) {
      const { execution } = await interrupted(code, interrupt);
      expect(execution).toMatchObject({ status: "error", failure: { ename: "Interrupted" } });
      expect(await printed("console.log(kept.step)")).toBe("7\n");
    }
  });

  it("leaves nothing of a cell that could print into the next one", async () => {
    const talk = "for (let i = 0; ; i++) { await new Promise((end) => setTimeout(end, 10)); console.log('old', i); }";
    expect((await interrupted(talk, byMessage)).execution.failure?.ename).toBe("Interrupted");
    expect(await printed("await new Promise((end) => setTimeout(end, 200)); console.log('new');")).toBe("new\n");
  });

  it("is heard because heartbeat and control are answered while a cell computes", async () => {
    const { info } = kernel.connection;
    const heartbeat = new Request({ linger: 0, receiveTimeout: 5000 });
    const control = new Dealer({ linger: 0, receiveTimeout: 5000 });
    heartbeat.connect(channelAddress(info, info.hb_port));
    control.connect(channelAddress(info, info.control_port));
    let heard: Promise<[string, string]> | undefined;
    const { execution } = await interrupted("for (;;) {}", () => {
      heard = (async () => {
        await heartbeat.send("beat");
        await control.send(encodeMessage(createMessage("kernel_info_request", {}, "s"), info.key));
        const [[beat], frames] = await Promise.all([heartbeat.receive(), control.receive()]);
        return [String(beat), decodeMessage(frames, info.key).header.msg_type];
      })();
      void heard.catch(() => {}).then(byMessage);
    });
    expect(await heard).toEqual(["beat", "kernel_info_reply"]);
    expect(execution.failure?.ename).toBe("Interrupted");
    heartbeat.close();
    control.close();
  });

  it("keeps what the interrupted cell had made", async () => {
    await interrupted("const made = 5; await 0; for (;;) {}", byMessage);
    expect(await printed("console.log(made + 1)")).toBe("6\n");
  });

  it("keeps each cell's output its own after a stack was unwound", async () => {
    await interrupted("setTimeout(() => { for (;;) {} }, 5); await new Promise(() => {});", byMessage);
    const late: string[] = [];
    await kernel.execute("setTimeout(() => console.log('late'), 150);", {
      onOutput: ({ header, content }) => header.msg_type === "stream" && late.push(String(content.text)),
    });
    expect(await printed("await new Promise((end) => setTimeout(end, 300)); console.log('own');")).toBe("own\n");
    expect(late).toEqual(["late\n"]);
  });

  it("comes in a burst, by message and by signal, and is one interrupt", async () => {
    for (const interrupt of [byMessage, bySignal]) {
      const burst = () => {
        for (let i = 0; i < 50; i++) interrupt();
      };
      const { execution } = await interrupted("await new Promise(() => {});", burst);
      expect(execution.failure?.ename).toBe("Interrupted");
      await new Promise((end) => setTimeout(end, 200));
      expect(await printed("console.log(kept.step)")).toBe("7\n");
    }
  });

  it("breaks off no answer that the kernel is working on, and not the kernel itself", async () => {
    const { info } = kernel.connection;
    const shell = new Dealer({ linger: 0, receiveTimeout: 60_000 });
    shell.connect(channelAddress(info, info.shell_port));
    const count = 300;
    for (let sent = 0; sent < count; sent++)
      await shell.send(encodeMessage(createMessage("is_complete_request", { code: "1" }, "s"), info.key));
    for (let at = 0; at < 5; at++) setTimeout(at % 2 === 0 ? byMessage : bySignal, 150 * at);
    const statuses = new Set<unknown>();
    for (let received = 0; received < count; received++)
      statuses.add(decodeMessage(await shell.receive(), info.key).content.status);
    expect([...statuses]).toEqual(["complete"]);
    expect(await printed("console.log(kept.step)")).toBe("7\n");
    shell.close();
  });

  it("that stands behind many requests is not lost, breaks off none of their answers and ends no kernel", async () => {
    const { info } = kernel.connection;
    const shell = new Dealer({ linger: 0, receiveTimeout: 60_000, sendHighWaterMark: 0, receiveHighWaterMark: 0 });
    shell.connect(channelAddress(info, info.shell_port));
    const count = 400;
    for (const interrupt of [byMessage, bySignal]) {
      const { execution } = await interrupted("await new Promise(() => {});", async () => {
        for (let sent = 0; sent < count; sent++)
          await shell.send(encodeMessage(createMessage("is_complete_request", { code: "1" }, "s"), info.key));
        await interrupt();
      });
      expect(execution).toMatchObject({ status: "error", failure: { ename: "Interrupted" } });
      const statuses: unknown[] = [];
      while (statuses.length < count) statuses.push(decodeMessage(await shell.receive(), info.key).content.status);
      expect(new Set(statuses)).toEqual(new Set(["complete"]));
      expect(await printed("console.log(kept.step)")).toBe("7\n");
    }
    shell.close();
  });

  it("lets a task that watches its signal end its step first, and a second interrupt does not wait for it", async () => {
    const cooperative = (step: number) => `
      const bridge = (globalThis as any)[Symbol.for("njepa.kernel")];
      const { signal, end } = bridge.interruptScope();
      for (let i = 0; i < 1000 && !signal.aborted; i++) await new Promise((end) => setTimeout(end, ${step}));
      console.log("whole step"); end(); throw signal.reason;`;
    const { execution, messages } = await interrupted(cooperative(50), byMessage);
    expect(execution.failure?.ename).toBe("Interrupted");
    expect(messages.filter((m) => m.header.msg_type === "stream").map((m) => m.content.text)).toContain("whole step\n");
    const impatient = await interrupted(cooperative(60_000), () => {
      byMessage();
      setTimeout(byMessage, 200);
    });
    expect(impatient.execution).toMatchObject({ status: "error", failure: { ename: "Interrupted" } });
  });
});
