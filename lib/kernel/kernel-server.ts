import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { JupyterHandlerImpl, type lastWriteDisplayData, ZmqServer } from "tslab/dist/jupyter.js";
import { Publisher, Reply, Router } from "zeromq";
import { RunningCell } from "./cell";
import type { CellExecutor, CellOutcome } from "./cell-executor";
import { ExecutionQueue } from "./execution-queue";
import { displayBundle } from "./show";

type Display = typeof lastWriteDisplayData;
type Request = Parameters<ZmqServer["handleKernelInfo"]>[1];

/**
 * tslab's Jupyter server with what its protocol lacks: the one place where we change what goes over the wire.
 *
 * tslab answers kernel_info, completion, inspection and the rest; we own the sockets (its own lose messages), the execution of
 * cells (errors, values, displays and output as messages of the cell that made them) and the end.
 */
export class KernelServer extends ZmqServer {
  readonly #executor: CellExecutor;
  readonly #queue = new ExecutionQueue();
  #executed = 0;
  #last: RunningCell | undefined;

  constructor(executor: CellExecutor, connectionFile: string) {
    super(new JupyterHandlerImpl(executor.tslab, false), connectionFile);
    this.#executor = executor;
    // tslab's own `display` in cells writes to what its own execution would have set here.
    const display: Display = (data, update) =>
      this.cell?.publish(update ? "update_display_data" : "display_data", data);
    Object.assign(require("tslab/dist/jupyter.js") as object, { lastWriteDisplayData: display });
  }

  /** The cell that the calling code belongs to; for callbacks from outside JavaScript, the one that ran last. */
  get cell(): RunningCell | undefined {
    return RunningCell.current.getStore() ?? this.#last;
  }

  override async init(): Promise<void> {
    this.connInfo = JSON.parse(readFileSync(this.configPath, "utf8")) as ZmqServer["connInfo"];
    const { ip, transport, shell_port, iopub_port, stdin_port, control_port, hb_port } = this.connInfo;
    // zeromq.js completes at most 512 sends per turn of the event loop and tslab awaits none: the others were lost. Without a
    // send timeout each send is completed at once, and without a mark none is dropped.
    const unbounded = { sendHighWaterMark: 0, sendTimeout: 0 };
    this.iopub = new Publisher(unbounded);
    this.shell = new Router(unbounded);
    this.control = new Router(unbounded);
    this.stdin = new Router(unbounded);
    this.hb = new Reply({ sendTimeout: 0 });
    const bind = (socket: { bind(address: string): Promise<void> }, port: number) =>
      socket.bind(`${transport}://${ip}:${port}`);
    await bind(this.iopub, iopub_port);
    await bind(this.stdin, stdin_port);
    await bind(this.control, control_port);
    await bind(this.hb, hb_port);
    await bind(this.shell, shell_port); // last: who is answered here finds all others open
    void this.#serve(this.shell);
    void this.#serve(this.control);
    void this.#echo();
  }

  override handleKernelInfo(socket: unknown, request: Request): void {
    const info = this.handler.handleKernel();
    const language_info = { ...info.language_info, version: "5.0.4", pygments_lexer: "typescript" };
    this.#reply(socket, request, "kernel_info_reply", { ...info, language_info, status: "ok", help_links: [] });
  }

  override handleCommInfoRequest(socket: Router, request: Request): void {
    this.#reply(socket, request, "comm_info_reply", { status: "ok", comms: {} });
  }

  override handleShutdown(socket: unknown, request: Request): void {
    const { restart } = request.content as { restart?: boolean };
    this.#reply(socket, request, "shutdown_reply", { status: "ok", restart: restart ?? false });
  }

  override close(): void {
    super.close();
    // What cells left open, a timer or a server, shall not keep the process.
    setTimeout(() => process.exit(0), 100).unref();
  }

  override async handleExecute(socket: unknown, request: Request): Promise<void> {
    const { code, silent, stop_on_error } = request.content as {
      code: string;
      silent?: boolean;
      stop_on_error?: boolean;
    };
    const cell = new RunningCell((type, content) => this.#reply(this.iopub, request, type, content));
    const outcome = await this.#queue.run(() => this.#execute(cell, code, silent ?? false), stop_on_error ?? true);
    cell.flush();
    if (outcome === "aborted") {
      this.#reply(socket, request, "execute_reply", { status: "aborted" });
      return;
    }
    const end = outcome.ok
      ? { status: "ok", payload: [], user_expressions: {} }
      : { status: "error", ...outcome.failure };
    this.#reply(socket, request, "execute_reply", { ...end, execution_count: outcome.count });
  }

  async #execute(cell: RunningCell, code: string, silent: boolean): Promise<CellOutcome & { count: number }> {
    this.#last = cell;
    if (!silent) this.#executed += 1;
    const count = this.#executed;
    if (!silent) cell.publish("execute_input", { code, execution_count: count });
    const outcome = await RunningCell.current.run(cell, () => this.#executor.execute(code, cell));
    if (!outcome.ok) cell.publish("error", outcome.failure);
    else if (outcome.value !== undefined && !silent) await publishValue(cell, outcome.value, count);
    return { ...outcome, count };
  }

  #reply(socket: unknown, request: Request, type: string, content: object): void {
    const message = request.createReply();
    message.header.msg_type = type;
    message.content = content;
    message.signAndSend(this.connInfo.key, socket);
  }

  async #serve(socket: Router): Promise<void> {
    for await (const frames of socket) {
      this.handleShellMessage(socket, ...frames).catch((error: unknown) => console.error("message dropped:", error));
    }
  }

  async #echo(): Promise<void> {
    for await (const frames of this.hb) await this.hb.send(frames);
  }
}

async function publishValue(cell: RunningCell, value: unknown, count: number): Promise<void> {
  const bundle = isDisplayable(value)
    ? await displayBundle(value)
    : { data: { "text/plain": typeof value === "string" ? value : inspect(value) }, metadata: {} };
  cell.publish("execute_result", { ...bundle, execution_count: count });
}

function isDisplayable(value: unknown): value is Parameters<typeof displayBundle>[0] {
  return typeof (value as { toMimeBundle?: unknown }).toMimeBundle === "function";
}
