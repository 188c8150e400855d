import { chmodSync, readFileSync, statSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { KernelError } from "../../errors";
import type { MessageHeader } from "../message";
import { PARENT } from "../parent-variable";
import { parentToFollow } from "./parent";
import type { ChannelsData, NamedConnection, Request, ToChannels, ToMain } from "./thread-messages";
import { shared } from "./thread-messages";

export interface LinkEvents {
  onRequest(request: Request): void;
  onInterrupt(): void;
  onShutdown(): void;
}

/** The main thread's end of the connection to the channels. */
export class ChannelLink {
  readonly #flags = new Int32Array(new SharedArrayBuffer(4 * shared.length));
  readonly #worker: Worker;
  #events: LinkEvents | undefined;
  readonly #early: ToMain[] = [];

  /**
   * Opens the channels; requests are answered only after `listen`.
   *
   * @throws {KernelError} when the connection file does not name loopback addresses
   */
  constructor(connectionFile: string) {
    const connection = readConnection(connectionFile);
    const parent = parentToFollow(process.env, process.ppid);
    // What cells start has other parents.
    delete process.env[PARENT];
    const data: ChannelsData = { connection, connectionFile, flags: this.#flags, parent };
    this.#worker = new Worker(require.resolve("./channels-worker.js"), { workerData: data });
    this.#worker.on("message", (message: ToMain) => this.#onMessage(message));
    this.#worker.on("error", (error) => this.#fail(String(error.stack)));
  }

  listen(events: LinkEvents): void {
    this.#events = events;
    this.#tell({ kind: "ready" });
    for (const message of this.#early.splice(0)) this.#onMessage(message);
  }

  /** @param to the request being answered; if omitted, the message goes to all listeners (iopub) */
  send(type: string, content: object, parent: Partial<MessageHeader>, to?: Request): void {
    const target = to === undefined ? {} : { to: { channel: to.channel, identities: to.identities } };
    this.#tell({ kind: "send", message: { ...target, type, parent, content: JSON.stringify(content) } });
  }

  /** Runs work that an interrupt must not break off, and returns its result. */
  criticalSection<T>(work: () => T): T {
    Atomics.add(this.#flags, shared.criticalSection, 1);
    try {
      return work();
    } finally {
      Atomics.sub(this.#flags, shared.criticalSection, 1);
    }
  }

  /** Sets how many interrupt scopes are open; an interrupt gives these time to end. */
  setInterruptScopes(count: number): void {
    Atomics.store(this.#flags, shared.interruptScopes, count);
  }

  /** Starts tracking peak resident memory. @returns a function that gives the peak so far, in bytes */
  watchMemory(): () => number {
    Atomics.store(this.#flags, shared.peak, Math.ceil(process.memoryUsage.rss() / 1024));
    return () => Atomics.load(this.#flags, shared.peak) * 1024;
  }

  /** Blocks the event loop until everything sent is on its way; for the end of the process. */
  drain(): void {
    this.#tell({ kind: "drain" });
    Atomics.wait(this.#flags, shared.drained, 0, 2000);
  }

  #onMessage(message: ToMain): void {
    if (message.kind === "failed") this.#fail(message.error);
    else if (this.#events === undefined) this.#early.push(message);
    else if (message.kind === "request") {
      this.#tell({ kind: "taken" });
      this.#events.onRequest(message.request);
    } else if (message.kind === "shutdown") this.#events.onShutdown();
    else {
      this.#tell({ kind: "interrupted" });
      if (message.kind === "interrupt") this.#events.onInterrupt();
    }
  }

  /** Reports that a cell was stopped in this thread, by Node itself. */
  stopped(): void {
    this.#tell({ kind: "stopped" });
  }

  #tell(message: ToChannels): void {
    this.#worker.postMessage(message);
  }

  #fail(error: string): void {
    process.stderr.write(`the kernel's channels failed: ${error}\n`);
    process.exit(1);
  }
}

function readConnection(file: string): NamedConnection {
  const connection = JSON.parse(readFileSync(file, "utf8")) as NamedConnection;
  const { transport, ip, signature_scheme: scheme } = connection;
  const loopback = transport === "ipc" || (transport === "tcp" && /^(127\.\d+\.\d+\.\d+|localhost|::1)$/.test(ip));
  if (!loopback) {
    throw new KernelError(
      `the kernel listens on loopback only, and ${file} asks for ${transport}://${ip}; let Jupyter use 127.0.0.1 (c.KernelManager.ip)`,
    );
  }
  if (scheme !== undefined && scheme !== "hmac-sha256") {
    throw new KernelError(`messages are signed with hmac-sha256, and ${file} asks for ${scheme}`);
  }
  // It holds the key.
  if (process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  return connection;
}
