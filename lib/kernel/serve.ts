import { setKernelBridge } from "./bridge";
import { RunningCell } from "./cell";
import { CellExecutor } from "./cell-executor";
import { KernelServer } from "./kernel-server";

/** Puts tslab's parts and ours together into a running kernel; it ends when a client asks for it or the process is ended. */
export async function serve(connectionFile: string): Promise<void> {
  const executor = new CellExecutor(process.cwd());
  const server = new KernelServer(executor, connectionFile);
  setKernelBridge({
    async display(bundle, target) {
      await server.cell?.display(bundle, target);
    },
  });
  captureOutput("stdout", server);
  captureOutput("stderr", server);
  process.on("SIGINT", () => executor.interrupt());
  process.on("uncaughtException", (error) => console.error("Uncaught in a callback:", error));
  process.on("unhandledRejection", (reason) => {
    const told = reason instanceof Object && RunningCell.told.has(reason);
    if (!told) console.error("Rejected, and nobody waited for it:", reason);
  });
  process.on("exit", () => server.cell?.flush());
  await server.init();
}

/** Sends what is written to a standard stream to the cell that wrote it; before the first cell it stays where it is. */
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
