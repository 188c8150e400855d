import type { lastWriteDisplayData } from "tslab/dist/jupyter.js";
import type { DisplayBundle } from "../../session/kernel-bridge";
import { endGroup } from "../../system";
import { shareCellTypeScript } from "../compiler";
import { type CellFailure, exitFailure, thrownFailure } from "../failure";
import { RunningCell } from "./cell";
import type { CellExecutor, CellOutcome } from "./cell-executor";
import { CellMeter } from "./cell-meter";
import type { ChannelLink } from "./channel-link";
import { completeness, completion, inspection, page } from "./code-help";
import { ExecutionQueue } from "./execution-queue";
import { History, type HistoryRequest } from "./history";
import { logLine } from "./kernel-log";
import type { Request } from "./thread-messages";
import { valueBundle } from "./value";

type Display = typeof lastWriteDisplayData;

/** Content of an execute_request. */
interface ExecuteRequest {
  code: string;
  silent?: boolean;
  store_history?: boolean;
  stop_on_error?: boolean;
  user_expressions?: Record<string, string>;
}

/** Answers the requests that clients make of the thread that runs cells. */
export class KernelServer {
  readonly meter: CellMeter;
  readonly #executor: CellExecutor;
  readonly #link: ChannelLink;
  readonly #onInterrupt: () => void;
  readonly #queue = new ExecutionQueue();
  readonly #history = new History();
  #executed = 0;
  #last: RunningCell | undefined;
  #running: { request: Request; cell: RunningCell } | undefined;

  /** @param onInterrupt called on every interrupt, before the cell is told of it */
  constructor(executor: CellExecutor, link: ChannelLink, onInterrupt: () => void) {
    this.#onInterrupt = onInterrupt;
    this.#executor = executor;
    this.#link = link;
    this.meter = new CellMeter(link);
    executor.modules.onImport = (specifier) => {
      if (specifier === "tslab") this.#showForTslab();
    };
  }

  listen(): void {
    this.#link.listen({
      onRequest: (request) => void this.#serve(request),
      onInterrupt: () => this.#interrupt(),
      onShutdown: () => this.#end(),
    });
  }

  /** Makes tslab's own `display` work in cells: it writes to what tslab's own execution would have set here. */
  #showForTslab(): void {
    const display: Display = (data, update) =>
      this.cell?.publish(update ? "update_display_data" : "display_data", data);
    shareCellTypeScript();
    Object.assign(require("tslab/dist/jupyter.js") as object, { lastWriteDisplayData: display });
  }

  /** The cell that the calling code belongs to; for callbacks from outside JavaScript, the most recent one. */
  get cell(): RunningCell | undefined {
    return RunningCell.current.getStore() ?? this.#last;
  }

  /** Replies, as the process ends, for a cell that called `process.exit`: nothing else will. */
  answerExit(code: number): void {
    if (this.#running === undefined) return;
    const { request, cell } = this.#running;
    cell.flush();
    const failure = exitFailure(code);
    this.#link.send("error", failure, request.header);
    this.#link.send(
      "execute_reply",
      { status: "error", ...failure, execution_count: this.#executed },
      request.header,
      request,
    );
    this.#status("idle", request);
  }

  async #serve(request: Request): Promise<void> {
    if (request.header.msg_type === "execute_request") {
      await this.#serveExecute(request);
      return;
    }
    // An interrupt is meant for cells: it must not break off an answer, nor this code around it.
    this.#link.criticalSection(() => this.#serveAtOnce(request));
  }

  #serveAtOnce(request: Request): void {
    this.#status("busy", request);
    try {
      const answer = this.#answer(request);
      if (answer !== undefined) this.#link.send(answer.type, answer.content, request.header, request);
    } catch (error) {
      const content = { status: "error", ...thrownFailure(error) };
      this.#link.send(request.header.msg_type.replace(/_request$/, "_reply"), content, request.header, request);
    } finally {
      this.#status("idle", request);
      // The cell is still running, and front ends show the last status they received.
      if (this.#running !== undefined) this.#status("busy", this.#running.request);
    }
  }

  #answer({ header, content }: Request): { type: string; content: object } | undefined {
    const type = header.msg_type;
    const reply = (answer: object) => ({
      type: type.replace(/_request$/, "_reply"),
      content: { status: "ok", ...answer },
    });
    const { code = "", cursor_pos: cursor = 0 } = content as { code?: string; cursor_pos?: number };
    if (type === "complete_request") return reply(completion(this.#executor.compiler, code, cursor));
    if (type === "inspect_request") return reply(inspection(this.#executor.compiler, code, cursor));
    if (type === "is_complete_request") return { type: "is_complete_reply", content: completeness(code) };
    if (type === "history_request") return reply({ history: this.#history.answer(content as HistoryRequest) });
    if (type === "comm_info_request") return reply({ comms: {} });
    // We offer no comms; this is the protocol's reply to that.
    if (type === "comm_open") {
      const { comm_id = "" } = content as { comm_id?: string };
      this.#link.send("comm_close", { comm_id, data: {} }, header);
    } else if (!type.startsWith("comm_")) logLine(`${type} is not known here`);
    return undefined;
  }

  async #serveExecute(request: Request): Promise<void> {
    const { stop_on_error: stops = true } = request.content as unknown as ExecuteRequest;
    const cell = new RunningCell((type, content) => this.#link.send(type, content, request.header));
    cell.onScopes = () => this.#running?.cell === cell && this.#link.setInterruptScopes(cell.interruptScopes);
    const outcome = await this.#queue.run(() => this.#execute(cell, request), stops);
    cell.flush();
    if (outcome === "aborted") this.#status("busy", request);
    const reply = outcome === "aborted" ? { status: "aborted" } : outcome.reply;
    this.#link.send("execute_reply", reply, request.header, request);
    this.#status("idle", request);
  }

  async #execute(cell: RunningCell, request: Request): Promise<{ ok: boolean; reply: object }> {
    const { code = "", silent = false, store_history = true } = request.content as unknown as ExecuteRequest;
    const counts = store_history && !silent;
    const count = this.#executed + 1;
    if (counts) this.#executed = count;
    this.#last = cell;
    this.#running = { request, cell };
    this.#status("busy", request);
    if (!silent) cell.publish("execute_input", { code, execution_count: count });
    const finish = this.meter.start(count, code);
    try {
      const help = page(this.#executor.compiler, code);
      if (help !== undefined) {
        finish(true);
        return { ok: true, reply: okReply(count, {}, [help]) };
      }
      const outcome = await RunningCell.current.run(cell, () => this.#run(cell, request, count));
      finish(outcome.ok);
      if (counts) this.#history.add(count, code, outcome.text ?? null);
      return outcome;
    } catch (error) {
      // Its code is no text, or what it says is longer than a message can be.
      return this.#failed(thrownFailure(error, this.#executor.sources), request, count);
    } finally {
      finish(false);
      this.#running = undefined;
      this.#link.setInterruptScopes(0);
    }
  }

  async #run(
    cell: RunningCell,
    request: Request,
    count: number,
  ): Promise<{ ok: boolean; reply: object; text?: string }> {
    const { code = "", silent = false, user_expressions = {} } = request.content as unknown as ExecuteRequest;
    const outcome = await this.#valued(await this.#executor.execute(code, cell, `Cell[${count}]`), (bundle) => {
      if (!silent) cell.publish("execute_result", { ...bundle, execution_count: count });
    });
    if (!outcome.ok) {
      if (outcome.failure.ename === "Interrupted") this.#link.stopped();
      return this.#failed(outcome.failure, request, count);
    }
    const expressions = await this.#expressions(user_expressions, cell);
    const text = outcome.bundle?.data["text/plain"];
    return { ok: true, reply: okReply(count, expressions), ...(typeof text === "string" && { text }) };
  }

  #failed(failure: CellFailure, request: Request, count: number): { ok: false; reply: object } {
    // Output of an abandoned cell is dropped, except for this.
    this.#link.send("error", failure, request.header);
    return { ok: false, reply: { status: "error", ...failure, execution_count: count } };
  }

  /** The outcome with its value in every form, sent; a value that cannot be shown or is no JSON fails the cell. */
  async #valued(outcome: CellOutcome, send: (bundle: DisplayBundle) => void) {
    if (!outcome.ok || outcome.value === undefined) return { ...outcome, bundle: undefined };
    try {
      const bundle = await valueBundle(outcome.value);
      send(bundle);
      return { ok: true as const, bundle };
    } catch (error) {
      return { ok: false as const, failure: thrownFailure(error, this.#executor.sources) };
    }
  }

  async #expressions(expressions: Record<string, string>, cell: RunningCell): Promise<Record<string, object>> {
    const answers: Record<string, object> = {};
    for (const [name, code] of Object.entries(expressions)) {
      // Behind a line break, a comment at its end does not hide the parenthesis.
      const executed = await this.#executor.execute(`(${code}\n)`, cell, "Expression");
      const outcome = await this.#valued(executed, JSON.stringify);
      answers[name] = outcome.ok
        ? { status: "ok", data: outcome.bundle?.data ?? {}, metadata: outcome.bundle?.metadata ?? {} }
        : { status: "error", ...outcome.failure };
    }
    return answers;
  }

  /** Interrupts the cell: open interrupt scopes are waited for, unless they were asked to end before. */
  #interrupt(): void {
    this.#onInterrupt();
    const { cell } = this.#running ?? {};
    if (cell === undefined) return;
    const asked = cell.interrupted;
    cell.interrupt();
    if (cell.interruptScopes === 0 || asked) this.#executor.giveUp();
  }

  #status(state: string, { header }: Request): void {
    this.#link.send("status", { execution_state: state }, header);
  }

  #end(): void {
    endGroup("SIGTERM");
    // A moment for processes that cells have started.
    setTimeout(() => process.exit(0), 50);
  }
}

function okReply(count: number, user_expressions: object, payload: object[] = []): object {
  return { status: "ok", payload, user_expressions, execution_count: count };
}
