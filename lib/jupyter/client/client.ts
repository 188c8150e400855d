import { randomUUID } from "node:crypto";
import type { Dealer, Subscriber } from "zeromq";
import { type ConnectionInfo, channelAddress } from "../connection";
import { createMessage, decodeMessage, encodeMessage, type Message } from "../message";

/** A pending request; neither promise settles if the kernel dies. */
export interface PendingRequest {
  readonly id: string;
  /** The reply on the shell channel. */
  readonly reply: Promise<Message>;
  /** The reply, once everything that the request published has arrived as well. */
  readonly done: Promise<Message>;
}

interface Listener {
  onMessage(message: Message): void;
  onReply(message: Message): void;
}

/** The client's end of a kernel's channels: sends requests and routes what comes back to the request that caused it. */
export class KernelClient {
  /** Number of messages dropped because they were not signed with our key or were malformed. */
  rejected = 0;
  /** When a message last arrived, in milliseconds of performance.now(). */
  heard = 0;
  readonly #session = randomUUID();
  readonly #listeners = new Map<string, Listener>();
  readonly #key: string;
  readonly #shell: Dealer;
  readonly #control: Dealer;
  readonly #iopub: Subscriber;

  private constructor(key: string, shell: Dealer, control: Dealer, iopub: Subscriber) {
    this.#key = key;
    this.#shell = shell;
    this.#control = control;
    this.#iopub = iopub;
    for (const socket of [shell, control]) void this.#read(socket, (listener, message) => listener.onReply(message));
    void this.#read(iopub, (listener, message) => listener.onMessage(message));
  }

  /** A connected client; the kernel may start listening later. */
  static async connect(info: ConnectionInfo): Promise<KernelClient> {
    const zmq = await import("zeromq");
    const address = (port: number) => channelAddress(info, port);
    const sending = { linger: 0, sendHighWaterMark: 0, sendTimeout: 0, receiveHighWaterMark: 0 };
    const shell = new zmq.Dealer(sending);
    const control = new zmq.Dealer(sending);
    const iopub = new zmq.Subscriber({ linger: 0, receiveHighWaterMark: 0 });
    iopub.subscribe();
    shell.connect(address(info.shell_port));
    control.connect(address(info.control_port));
    iopub.connect(address(info.iopub_port));
    return new KernelClient(info.key, shell, control, iopub);
  }

  /** @param onMessage receives what the request publishes, even after it has ended, until the client is closed */
  request(
    type: string,
    content: Record<string, unknown>,
    onMessage: (message: Message) => void = () => {},
    channel: "shell" | "control" = "shell",
  ): PendingRequest {
    const message = createMessage(type, content, this.#session);
    const id = message.header.msg_id;
    let onReply = (_: Message) => {};
    let onIdle = () => {};
    const reply = new Promise<Message>((resolve) => {
      onReply = resolve;
    });
    const idle = new Promise<void>((resolve) => {
      onIdle = resolve;
    });
    this.#listeners.set(id, {
      onReply,
      onMessage(published) {
        onMessage(published);
        if (published.header.msg_type === "status" && published.content.execution_state === "idle") onIdle();
      },
    });
    void (channel === "shell" ? this.#shell : this.#control).send(encodeMessage(message, this.#key));
    return { id, reply, done: Promise.all([reply, idle]).then(([answer]) => answer) };
  }

  close(): void {
    for (const socket of [this.#shell, this.#control, this.#iopub]) socket.close();
  }

  async #read(socket: Dealer | Subscriber, hand: (listener: Listener, message: Message) => void): Promise<void> {
    for await (const frames of socket) {
      this.heard = performance.now();
      const message = this.#decode(frames as Buffer[]);
      const listener = this.#listeners.get(message?.parent_header.msg_id ?? "");
      if (message !== undefined && listener !== undefined) hand(listener, message);
    }
  }

  #decode(frames: Buffer[]): Message | undefined {
    try {
      return decodeMessage(frames, this.#key);
    } catch {
      this.rejected += 1;
      return undefined;
    }
  }
}
