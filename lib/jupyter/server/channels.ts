import { rmSync } from "node:fs";
import type { MessagePort } from "node:worker_threads";
import type { Router, XPublisher } from "zeromq";
import { endGroup } from "../../system";
import { channelAddress } from "../connection";
import { createHeader, decodeRouted, type MessageHeader, signedFrames } from "../message";
import { Interrupter } from "./interrupter";
import { kernelInfo } from "./kernel-info";
import { logLine } from "./kernel-log";
import { watchSigint } from "./sigint-watcher";
import type { Channel, ChannelsData, Outgoing, Request, ToChannels, ToMain } from "./thread-messages";
import { shared } from "./thread-messages";

/** Leading hexadecimal digits by which a signature is recognized: 52 bits, which a number holds exactly. */
const knownDigits = 13;
const shutdownSeconds = 2;
/** Most requests on their way to the main thread: an interrupt is heard behind these, and not behind thousands. */
const mostUnderway = 16;

/**
 * The kernel's five sockets, in their own thread, which answers even while a cell computes.
 *
 * Heartbeat, kernel_info, interrupt and shutdown are answered here; everything else goes to the main thread.
 */
export class Channels {
  readonly #data: ChannelsData;
  readonly #main: MessagePort;
  readonly #interrupter: Interrupter;
  readonly #iopub: XPublisher;
  readonly #routers: Record<Channel | "stdin", Router>;
  readonly #heartbeat: Router;
  readonly #session = createHeader("", "").msg_id;
  /** Prefixes of the signatures of all messages, for the kernel's whole life: some 30 bytes each. */
  readonly #seen = new Set<number>();
  /** Replies held back until the main thread has loaded what runs cells; undefined from then on. */
  #whenReady: (() => void)[] | undefined = [];

  /** Requests that wait until the main thread has taken those underway. */
  readonly #waiting = new Set<Request>();
  #underway = 0;

  private constructor(data: ChannelsData, main: MessagePort, zmq: typeof import("zeromq")) {
    this.#data = data;
    this.#main = main;
    this.#interrupter = new Interrupter(data.flags, (kind) => this.#tell({ kind }), logLine);
    // zeromq.js completes at most 512 sends per turn of the event loop. With a send timeout of 0 each completes at once
    // and without a high-water mark none is dropped.
    const unbounded = { sendHighWaterMark: 0, sendTimeout: 0, receiveHighWaterMark: 0, linger: 1000 };
    this.#iopub = new zmq.XPublisher({ ...unbounded, verbosity: "allSubs" });
    this.#routers = {
      shell: new zmq.Router(unbounded),
      control: new zmq.Router(unbounded),
      stdin: new zmq.Router(unbounded),
    };
    // A router, not a reply socket, in which malformed bytes raise an exception of zeromq.js that ends the process.
    this.#heartbeat = new zmq.Router({ sendTimeout: 0, linger: 0 });
  }

  static async open(data: ChannelsData, main: MessagePort): Promise<Channels> {
    const channels = new Channels(data, main, await import("zeromq"));
    await channels.#bind();
    channels.#listen();
    return channels;
  }

  async #bind(): Promise<void> {
    const { iopub_port, stdin_port, control_port, hb_port, shell_port } = this.#data.connection;
    const address = (port: number) => channelAddress(this.#data.connection, port);
    await this.#iopub.bind(address(iopub_port));
    await this.#routers.stdin.bind(address(stdin_port));
    await this.#routers.control.bind(address(control_port));
    await this.#heartbeat.bind(address(hb_port));
    await this.#routers.shell.bind(address(shell_port)); // last: a client answered here finds all others open
  }

  #listen(): void {
    this.#main.on("message", (message: ToChannels) => this.#onMain(message));
    void this.#serve("shell");
    void this.#serve("control");
    void this.#echo();
    void this.#welcome();
    this.#followParent();
    this.#watchMemory();
    watchSigint(() => this.#interrupter.reach());
  }

  #onMain(message: ToChannels): void {
    if (message.kind === "send") this.#send(message.message);
    else if (message.kind === "interrupted") this.#interrupter.heard();
    else if (message.kind === "taken") this.#handOn(1);
    else if (message.kind === "stopped") this.#interrupter.check();
    else if (message.kind === "ready") {
      const waiting = this.#whenReady ?? [];
      this.#whenReady = undefined;
      for (const answer of waiting) answer();
    } else void this.#close();
  }

  /** Closes the sockets: ending the thread with sockets open would abort the process. */
  async #close(): Promise<void> {
    // A moment for ZeroMQ's own thread, after which what it was given is on its way.
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const socket of [this.#iopub, ...Object.values(this.#routers), this.#heartbeat]) socket.close();
    await new Promise((resolve) => setImmediate(resolve));
    Atomics.store(this.#data.flags, shared.drained, 1);
    Atomics.notify(this.#data.flags, shared.drained);
  }

  #send({ to, type, parent, content }: Outgoing): void {
    const header = createHeader(type, parent.session ?? this.#session);
    const parts = [JSON.stringify(header), JSON.stringify(parent), "{}", content];
    const frames = signedFrames(parts, this.#data.connection.key);
    const [socket, route] = to
      ? [this.#routers[to.channel], to.identities.map((identity) => Buffer.from(identity))]
      : [this.#iopub, [Buffer.from(`kernel.${type}`)]];
    // A client that has gone cannot be sent to.
    socket.send([...route, ...frames]).catch((error: Error) => logLine(`${type} could not be sent: ${error.message}`));
  }

  #status(state: string, parent: Partial<MessageHeader>): void {
    this.#send({ type: "status", parent, content: JSON.stringify({ execution_state: state }) });
  }

  async #serve(channel: Channel): Promise<void> {
    for await (const frames of this.#routers[channel]) {
      try {
        const request = this.#request(channel, frames as Buffer[]);
        if (this.#answer(request)) continue;
        this.#waiting.add(request);
        this.#handOn(0);
      } catch (error) {
        logLine(`a message on the ${channel} channel was dropped: ${(error as Error).message}`);
      }
    }
  }

  /** Gives the main thread what waits, in order. @param taken how many of those underway it has taken */
  #handOn(taken: number): void {
    this.#underway -= taken;
    for (const request of this.#waiting) {
      if (this.#underway >= mostUnderway) return;
      this.#waiting.delete(request);
      this.#underway++;
      this.#tell({ kind: "request", request });
    }
  }

  #request(channel: Channel, frames: Buffer[]): Request {
    const { message, identities, signature } = decodeRouted(frames, this.#data.connection.key);
    if (signature !== "") {
      const known = Number.parseInt(signature.slice(0, knownDigits), 16);
      if (this.#seen.has(known)) throw new Error("it came before, so somebody repeats what he overheard");
      this.#seen.add(known);
    }
    return { channel, identities, header: message.header, content: message.content };
  }

  /** Answers what must be answered even while a cell computes; false for everything else. */
  #answer(request: Request): boolean {
    const { msg_type: type } = request.header;
    const reply = (type: string, content: object) => {
      this.#status("busy", request.header);
      this.#send({ to: request, type, parent: request.header, content: JSON.stringify({ status: "ok", ...content }) });
      this.#status("idle", request.header);
    };
    if (type === "kernel_info_request") this.#onceReady(request, () => reply("kernel_info_reply", kernelInfo()));
    else if (type === "interrupt_request") {
      reply("interrupt_reply", {});
      this.#interrupter.interrupt();
    } else if (type === "shutdown_request") {
      reply("shutdown_reply", { restart: request.content.restart === true });
      this.#shutdown();
    } else return false;
    return true;
  }

  /** Clients take this reply on the shell channel as the end of startup and count a cell's time from there. */
  #onceReady({ channel }: Request, answer: () => void): void {
    if (this.#whenReady === undefined || channel === "control") answer();
    else this.#whenReady.push(answer);
  }

  #shutdown(): void {
    this.#tell({ kind: "shutdown" });
    // A main thread that is computing does not hear it.
    setTimeout(() => endGroup("SIGKILL"), shutdownSeconds * 1000);
  }

  async #echo(): Promise<void> {
    for await (const frames of this.#heartbeat) await this.#heartbeat.send(frames).catch(() => {}); // the asker has gone
  }

  /** Tells a new subscriber that its subscription is in effect (Jupyter Enhancement Proposal 65). */
  async #welcome(): Promise<void> {
    for await (const [frame] of this.#iopub) {
      const [kind, topic] = [frame?.[0], frame?.subarray(1) ?? Buffer.alloc(0)];
      if (kind !== 1) continue;
      const header = createHeader("iopub_welcome", this.#session);
      const parts = [JSON.stringify(header), "{}", "{}", JSON.stringify({ subscription: topic.toString() })];
      await this.#iopub.send([topic, ...signedFrames(parts, this.#data.connection.key)]);
    }
  }

  /** Ends with the process that started us, and deletes the connection file with its key, which nobody else would. */
  #followParent(): void {
    const { parent, connectionFile } = this.#data;
    if (parent === undefined) return;
    setInterval(() => {
      if (process.ppid === parent) return;
      rmSync(connectionFile, { force: true });
      endGroup("SIGKILL");
    }, 1000);
  }

  #watchMemory(): void {
    const { flags } = this.#data;
    setInterval(() => {
      const before = Atomics.load(flags, shared.peak);
      const now = Math.ceil(process.memoryUsage.rss() / 1024);
      if (before > 0 && now > before) Atomics.compareExchange(flags, shared.peak, before, now);
    }, 100);
  }

  #tell(message: ToMain): void {
    this.#main.postMessage(message);
  }
}
