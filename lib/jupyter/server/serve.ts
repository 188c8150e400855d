import { setKernelBridge } from "../../session/kernel-bridge";
import { CellSources } from "../cell-source";
import { keepCompiledTypeScript } from "../compiler";
import { allowUnwinding } from "../stack-unwinding";
import { RunningCell } from "./cell";
import { CellExecutor } from "./cell-executor";
import type { ChannelLink } from "./channel-link";
import { captureInherited } from "./inherited-output";
import { KernelServer } from "./kernel-server";
import { keepSigintListeners } from "./sigint-listeners";

/**
 * Assembles and runs a kernel; it ends when a client asks it to or when the process is ended.
 *
 * @param modules absolute path of the node_modules folder that cells import from, wherever the notebook is
 */
export function serve(link: ChannelLink, modules: string | undefined): void {
  const sources = new CellSources();
  const executor = new CellExecutor(process.cwd(), modules, sources, (work) => link.criticalSection(work));
  allowUnwinding();
  const server = new KernelServer(executor, link, keepSigintListeners());
  setKernelBridge({
    async display(bundle, target) {
      await server.cell?.display(bundle, target);
    },
    clearOutput: (wait) => server.cell?.publish("clear_output", { wait }),
    interruptScope: () => server.cell?.interruptScope() ?? { signal: undefined, end: () => {} },
    cells: () => server.meter.records,
  });
  captureOutput("stdout", server);
  captureOutput("stderr", server);
  captureInherited(() => server.cell !== undefined);
  sources.nameInStacks();
  process.on("uncaughtException", (error) => console.error("Uncaught in a callback:", error));
  process.on("unhandledRejection", (reason) => {
    const told = reason instanceof Object && RunningCell.told.has(reason);
    if (!told) console.error("Rejected, and nobody waited for it:", reason);
  });
  process.on("exit", (code) => {
    server.answerExit(code);
    server.cell?.flush();
    link.drain();
  });
  // Clients count a cell's time from the first reply on.
  executor.warm();
  server.listen();
  setTimeout(keepCompiledTypeScript, 2000).unref();
}

/** Sends what is written to a standard stream to the cell that wrote it; before the first cell, nothing changes. */
function captureOutput(name: "stdout" | "stderr", server: KernelServer): void {
  const stream = process[name];
  const original = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  const decoder = new TextDecoder();
  const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    const cell = server.cell;
    if (cell === undefined) return original(chunk, ...rest);
    cell.write(name, typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
    const written = rest.at(-1);
    if (typeof written === "function") process.nextTick(written as () => void);
    return true;
  };
  stream.write = write as typeof stream.write;
}
