import type { ConnectionInfo } from "../connection";
import type { MessageHeader } from "../message";

/** What the two threads of a kernel say to each other: the main one runs cells, the other one owns the sockets. */

export type Channel = "shell" | "control";

/** A client's message, checked and parsed. */
export interface Request {
  readonly channel: Channel;
  readonly identities: readonly Uint8Array[];
  readonly header: MessageHeader;
  readonly content: Record<string, unknown>;
}

/** A message to a client; without `to` it goes to all listeners (iopub). */
export interface Outgoing {
  readonly to?: Pick<Request, "channel" | "identities">;
  readonly type: string;
  readonly parent: Partial<MessageHeader>;
  /** JSON text. */
  readonly content: string;
}

export type ToMain =
  | { kind: "request"; request: Request }
  /** Stop what is running; answered by `interrupted` as soon as it is received. */
  | { kind: "interrupt" }
  /** Also answered by `interrupted`; does nothing else. */
  | { kind: "ping" }
  | { kind: "shutdown" }
  /** The channels cannot be opened: the process ends. */
  | { kind: "failed"; error: string };

export type ToChannels =
  | { kind: "send"; message: Outgoing }
  /** Cells can be run from now on. */
  | { kind: "ready" }
  | { kind: "interrupted" }
  /** A request has left the queue between the threads. */
  | { kind: "taken" }
  /** A cell was stopped in its synchronous part; what it left in the queue may block this thread forever. */
  | { kind: "stopped" }
  /** Everything before this must be sent; then the flag `drained` is set. */
  | { kind: "drain" };

/** Indices into the two threads' shared memory. */
export const shared = {
  /** Above 0 while the kernel does its own work (compiling, completing), which must not be broken off. */
  criticalSection: 0,
  /** How many interrupt scopes the running cell has open. */
  interruptScopes: 1,
  drained: 2,
  /** Peak resident memory in KiB since the cell began, sampled every 100 ms; 0 while nobody asks. */
  peak: 3,
  length: 4,
} as const;

/** The content of a connection file as any client may write it. */
export interface NamedConnection extends Omit<ConnectionInfo, "transport" | "ip" | "signature_scheme"> {
  transport: string;
  ip: string;
  signature_scheme?: string;
}

export interface ChannelsData {
  connection: NamedConnection;
  connectionFile: string;
  flags: Int32Array;
  /** Process to watch, with whose end this one ends too; undefined: none. */
  parent: number | undefined;
}
