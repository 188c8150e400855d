import { createConnection as connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { channelAddress, createMessage, encodeMessage, type Kernel, kernelSpec, startKernel } from "njepa/jupyter";
import { Dealer } from "zeromq";
import type { Rng } from "../../lib/random";
import { type Attack, slowness } from "./attack";

const greeting = Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0, ...Buffer.from("NULL"), ...Buffer.alloc(48)]);

function bytesOf(random: Rng, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.int(0, 256)));
}

/** What anybody on this machine may write to a port. */
function garbage(random: Rng): Buffer {
  const noise = bytesOf(random, random.int(0, 3000));
  const long = Buffer.from([0x02, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
  const forms = [
    noise,
    Buffer.concat([greeting, noise]),
    Buffer.concat([greeting, long, noise]),
    greeting.subarray(0, 11),
  ];
  return forms[random.int(0, forms.length)] as Buffer;
}

/** Resolves when the other side has closed, or after a while. */
function throwAt(port: number, bytes: Buffer, holdMilliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    const end = () => {
      socket.destroy();
      resolve();
    };
    socket.on("error", end).on("close", end);
    setTimeout(end, holdMilliseconds);
  });
}

/** A cell's count of its own runs, which nothing else may raise. */
const countRuns = "globalThis.runs = (globalThis.runs ?? 0) + 1";

async function answerOf(kernel: Kernel, code: string): Promise<string> {
  let text = "";
  const { status } = await kernel.execute(code, {
    timeout: 20 * slowness(),
    onOutput: ({ header, content }) => {
      if (header.msg_type === "execute_result") text = String((content.data as Record<string, string>)["text/plain"]);
    },
  });
  return status === "ok" ? text : status;
}

async function isWell(kernel: Kernel): Promise<string | undefined> {
  // Each request that fails aborts those that wait behind it, by Jupyter's protocol: ours, too, and it is sent again.
  let value = await answerOf(kernel, "20 + 3");
  for (let again = 0; value === "aborted" && again < 100; again++) value = await answerOf(kernel, "20 + 3");
  return value === "23" ? undefined : `a cell said ${value} where 23 was expected`;
}

export const protocolFloods: Attack = {
  kind: "kernel: garbage on its ports, unsigned, repeated and odd messages, bursts of interrupts",
  async run({ random, tries }, tally) {
    // By its kernel.json, as Jupyter starts it: then it listens on ports and not in a private folder.
    const kernel = await startKernel({ argv: kernelSpec().argv });
    const { info } = kernel.connection;
    const ports = [info.shell_port, info.iopub_port, info.stdin_port, info.control_port, info.hb_port];
    const shell = new Dealer({ linger: 0, sendHighWaterMark: 0 });
    shell.connect(channelAddress(info, info.shell_port));
    const reading = (async () => {
      for await (const _ of shell);
    })().catch(() => {});
    try {
      for (let round = 0; round < tries(2, 8, 40); round++) {
        await tally.attempt(`garbage on every port, round ${round}`, 40, async () => {
          const connections = ports.flatMap((port) =>
            Array.from({ length: 10 }, () => throwAt(port, garbage(random), 100)),
          );
          const computing = answerOf(kernel, "let sum = 0; for (let at = 0; at < 1e7; at++) sum += at % 2; sum");
          await Promise.all(connections);
          const value = await computing;
          return value === "5000000" ? isWell(kernel) : `the cell that ran meanwhile said ${value}`;
        });
      }
      await tally.attempt("unsigned and damaged messages by the thousand", 60, async () => {
        for (let sent = 0; sent < tries(200, 2000, 20_000); sent++) {
          const frames = encodeMessage(createMessage("execute_request", { code: countRuns }, "s"), info.key);
          const at = random.int(0, frames.length);
          frames[at] = Buffer.concat([frames[at] as Buffer, bytesOf(random, 3)]);
          await shell.send(frames);
        }
        const runs = await answerOf(kernel, "String(globalThis.runs)");
        return runs.includes("undefined") ? isWell(kernel) : `a message without a signature was run ${runs} times`;
      });
      await tally.attempt("a message again after many others", 300, async () => {
        const once = encodeMessage(createMessage("execute_request", { code: countRuns, silent: true }, "s"), info.key);
        await shell.send(once);
        for (let sent = 0; sent < tries(100, 5000, 70_000); sent++)
          await shell.send(encodeMessage(createMessage("is_complete_request", { code: "1" }, "s"), info.key));
        await shell.send(once);
        await sleep(100);
        const runs = await answerOf(kernel, "globalThis.runs");
        return runs === "1" ? isWell(kernel) : `it was run ${runs} times`;
      });
      await tally.attempt("signed requests with contents of no sense", 60, async () => {
        const types = ["execute", "complete", "inspect", "is_complete", "history", "comm_info", "no_such", "comm_open"];
        const odd = [null, 1, "x", [], {}, -1, 1e308, { code: 5 }, "(".repeat(3000), "*".repeat(5000)];
        const pick = <T>(of: readonly T[]) => of[random.int(0, of.length)] as T;
        for (let sent = 0; sent < tries(50, 200, 1000); sent++) {
          const content = {
            [pick(["code", "cursor_pos", "hist_access_type", "pattern", "n", "user_expressions"])]: pick(odd),
            [pick(["code", "detail_level", "session", "start", "stop", "silent"])]: pick(odd),
          };
          await shell.send(encodeMessage(createMessage(`${pick(types)}_request`, content, "s"), info.key));
        }
        return isWell(kernel);
      });
      for (let burst = 0; burst < tries(2, 4, 20); burst++) {
        const count = random.int(20, 51);
        const isComputing = burst % 2 === 0;
        await tally.attempt(`${count} interrupts at once, ${isComputing ? "computing" : "waiting"}`, 60, async () => {
          const code = isComputing ? "for (;;);" : "await new Promise(() => {})";
          const interrupted = async () => {
            const stopped = kernel.execute(code, { timeout: 40 * slowness() });
            await sleep(random.int(0, 500));
            for (let sent = 0; sent < count; sent++)
              if (sent % 2 === 0) process.kill(kernel.pid as number, "SIGINT");
              else await shell.send(encodeMessage(createMessage("interrupt_request", {}, "s"), info.key));
            // An interrupt that came before the cell had begun is nobody's.
            const again = setInterval(() => process.kill(kernel.pid as number, "SIGINT"), 2000);
            return (await stopped.finally(() => clearInterval(again))).status;
          };
          let status = await interrupted();
          // Requests of the attempt before it may still wait, fail and abort it: it is sent again.
          for (let again = 0; status === "aborted" && again < 10; again++) status = await interrupted();
          return status === "error" ? isWell(kernel) : `the cell ended as ${status}`;
        });
      }
      await tally.attempt("connections that are opened and kept", 60, async () => {
        const kept = ports.flatMap((port) =>
          Array.from({ length: tries(5, 30, 100) }, () => throwAt(port, greeting, 3000)),
        );
        const well = await isWell(kernel);
        await Promise.all(kept);
        return well;
      });
    } finally {
      shell.close();
      await reading;
      await kernel.shutdown();
    }
    await tally.attempt("its own words", 10, async () => {
      const { code, signal } = await kernel.exited;
      return code === 0 ? undefined : `it ended with ${code ?? signal}`;
    });
  },
};
