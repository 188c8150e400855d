import { type Debugger, Session } from "node:inspector";
import { compiledFile } from "../../system";
import { shared } from "./thread-messages";

/** Milliseconds without an answer after which the main thread counts as computing; an idle one answers at once. */
const patience = 120;
/** The same while an interrupt scope is open (a training step), which is given time to end. */
const patienceWithScopes = 10_000;
const togetherMilliseconds = 100;
const giveUpAfter = 30_000;
/** Most milliseconds that the thread runs between two pauses. */
const longestRun = 300;
/** Part of the paths of the kernel's own files, which hold no cell's code. */
const kernelsOwn = compiledFile("jupyter");

/**
 * Stops what the main thread is doing, from another thread.
 *
 * Code that waits is told by a message. Code that computes is stopped where it is: the debugger pauses it, and if it is
 * a cell's (or a library's) and not Node's or the kernel's own, its stack is unwound and the thread returns to its
 * event loop.
 */
export class Interrupter {
  readonly #flags: Int32Array;
  readonly #tellMain: (kind: "interrupt" | "ping") => void;
  readonly #log: (text: string) => void;
  readonly #urls = new Map<string, string>();
  readonly #last = { asked: Number.NEGATIVE_INFINITY, reached: Number.NEGATIVE_INFINITY };
  #session: Session | undefined;
  /** How often the thread was paused in vain since it was interrupted. */
  #pauses = 0;
  #waiting: (() => void) | undefined;

  constructor(flags: Int32Array, tellMain: (kind: "interrupt" | "ping") => void, log: (text: string) => void) {
    this.#flags = flags;
    this.#tellMain = tellMain;
    this.#log = log;
  }

  /** An interrupt requested by a client. */
  interrupt(): void {
    if (this.#isEcho("asked")) return;
    // Before a cell's first await, Node itself stops it; if no such code runs, the signal comes back here.
    if (process.platform === "win32") this.reach();
    else process.kill(process.pid, "SIGINT");
  }

  /** An interrupt by a client or signal while no cell is in its synchronous part; a second one no longer waits. */
  reach(): void {
    if (this.#isEcho("reached")) return;
    this.#call("interrupt");
  }

  /** Whether this repeats an interrupt of a moment ago: a person's second press comes later. */
  #isEcho(kind: "asked" | "reached"): boolean {
    const now = performance.now();
    const before = this.#last[kind];
    this.#last[kind] = now;
    return now - before < togetherMilliseconds;
  }

  /** Checks, after the main thread has stopped a cell by itself, that what the cell left behind does not block it. */
  check(): void {
    this.#call("ping");
  }

  #call(kind: "interrupt" | "ping"): void {
    const impatient = this.#waiting !== undefined;
    this.#tellMain(kind);
    const scopes = Atomics.load(this.#flags, shared.interruptScopes) > 0;
    const milliseconds = impatient ? 0 : scopes ? patienceWithScopes : patience;
    this.#waiting?.();
    const timer = setTimeout(() => this.#unwind(performance.now() + giveUpAfter), milliseconds);
    this.#waiting = () => {
      clearTimeout(timer);
      this.#waiting = undefined;
    };
  }

  /** The main thread has answered. */
  heard(): void {
    this.#waiting?.();
    this.#disconnect();
  }

  #unwind(until: number): void {
    const session = new Session();
    this.#disconnect();
    this.#session = session;
    this.#pauses = 0;
    session.connectToMainThread();
    session.on("Debugger.scriptParsed", ({ params }) => this.#urls.set(params.scriptId, params.url));
    session.on("Debugger.paused", ({ params }) => this.#onPaused(session, params.callFrames, until));
    session.post("Debugger.enable");
    session.post("Debugger.pause");
  }

  #onPaused(session: Session, frames: Debugger.CallFrame[], until: number): void {
    const [top] = frames;
    const own = Atomics.load(this.#flags, shared.criticalSection) > 0;
    // Breaking off one of Node's hooks midway ends Node.
    if (top === undefined || own || !this.#isCode(top)) {
      if (performance.now() > until) {
        this.#log("what runs cannot be interrupted; restart the kernel");
        session.post("Debugger.resume");
        this.heard();
      } else if (!own && frames.some((frame) => this.#isCode(frame))) session.post("Debugger.stepOut");
      else {
        // Longer each time: a thread that is paused all the time never gets to answer on a busy machine.
        this.#resume(session, Math.min((own ? 20 : 2) * 2 ** this.#pauses++, longestRun));
      }
      return;
    }
    // This kind of unwinding skips even `finally`; Node's own record of the stack is corrected first.
    this.#prepare(session, top, (can) => {
      if (can) session.post("Runtime.terminateExecution");
      else this.#log("this version of Node does not let a computing callback be interrupted; restart the kernel");
      if (can) this.#resume(session, patience);
      else {
        session.post("Debugger.resume");
        this.heard();
      }
    });
  }

  /** Resumes for so many milliseconds, then pauses again. */
  #resume(session: Session, milliseconds: number): void {
    // A pause requested before the thread has resumed is lost.
    session.once("Debugger.resumed", () =>
      setTimeout(() => this.#session === session && session.post("Debugger.pause"), milliseconds),
    );
    session.post("Debugger.resume");
  }

  /** Calls the function of `allowUnwinding` in the paused thread. */
  #prepare(session: Session, frame: Debugger.CallFrame, then: (can: boolean) => void): void {
    const expression = 'globalThis[Symbol.for("njepa.kernel.unwind")]?.()';
    session.post("Debugger.evaluateOnCallFrame", { callFrameId: frame.callFrameId, expression }, (error, answer) =>
      then(error === null && (answer as { result: { value?: unknown } }).result.value === true),
    );
  }

  #isCode(frame: Debugger.CallFrame): boolean {
    const url = this.#urls.get(frame.location.scriptId) ?? "";
    return url !== "" && !url.startsWith("node:") && !url.includes(kernelsOwn);
  }

  #disconnect(): void {
    this.#session?.disconnect();
    this.#session = undefined;
    this.#urls.clear();
  }
}
