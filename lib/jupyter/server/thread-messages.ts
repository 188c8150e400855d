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

/** A message to a client; `to` is missing where it goes to all that listen (iopub). */
export interface Outgoing {
  readonly to?: Pick<Request, "channel" | "identities">;
  readonly type: string;
  readonly parent: Partial<MessageHeader>;
  /** JSON text. */
  readonly content: string;
}

export type ToMain =
  | { kind: "request"; request: Request }
  /** Stop what runs; to be answered by `interrupted` as soon as it is heard. */
  | { kind: "interrupt" }
  /** Answered by `interrupted` likewise, and nothing else. */
  | { kind: "ping" }
  | { kind: "shutdown" }
  /** The channels cannot be opened: the process ends. */
  | { kind: "failed"; error: string };

export type ToChannels =
  | { kind: "send"; message: Outgoing }
  /** Cells can be run from now on. */
  | { kind: "ready" }
  | { kind: "interrupted" }
  /** A cell was stopped in its synchronous part; what it has left in the queue may hold this thread for ever. */
  | { kind: "stopped" }
  /** Everything before this has to be out: then the word `drained` is raised. */
  | { kind: "drain" };

/** Places in the shared memory of the two threads. */
export const shared = {
  /** Above 0 while the kernel does its own work (compiling, completing), which must not be torn apart. */
  criticalSection: 0,
  /** How many interrupt scopes the running cell has open. */
  interruptScopes: 1,
  drained: 2,
  /** Most resident memory in KiB since the cell began, looked at every 100 ms; 0 while nobody asks. */
  peak: 3,
  length: 4,
} as const;

/** A connection file as any client may write it. */
export interface NamedConnection extends Omit<ConnectionInfo, "transport" | "ip" | "signature_scheme"> {
  transport: string;
  ip: string;
  signature_scheme?: string;
}

export interface ChannelsData {
  connection: NamedConnection;
  connectionFile: string;
  flags: Int32Array;
  /** Process to watch, or undefined: its end is ours. */
  parent: number | undefined;
}
