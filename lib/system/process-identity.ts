import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A process, distinguished from others that had or will have its pid. What the system does not report is omitted. */
export interface ProcessIdentity {
  pid: number;
  host: string;
  /** Linux's ids of this boot and of the pid namespace, of which each container has its own. */
  boot?: string | undefined;
  namespace?: string | undefined;
  /** When the process started, in clock ticks since boot. */
  started?: string | undefined;
}

let own: ProcessIdentity | undefined;

/** This process. */
export function ownIdentity(): ProcessIdentity {
  own ??= {
    pid: process.pid,
    host: hostname(),
    boot: quietly(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    namespace: quietly(() => readlinkSync("/proc/self/ns/pid")),
    started: statusOf(process.pid)?.started,
  };
  return own;
}

/** A few letters for this machine and pid namespace: only here do the pids of those who write them mean anything. */
export function processSpace(): string {
  const { host, namespace = "" } = ownIdentity();
  return createHash("sha256").update(`${host} ${namespace}`).digest("hex").slice(0, 6);
}

/** This process in a file's name: its pid, when it started, and where these mean anything. */
export function processTag(): string {
  const { pid, started = "" } = ownIdentity();
  return `${pid}-${started}-${processSpace()}`;
}

/** Whether the process that such a tag names has ended; false where that cannot be known from here. */
export function hasEnded(tag: string): boolean {
  const [, pid, started, space] = /^(\d+)-(\d*)-([0-9a-f]{6})$/.exec(tag) ?? [];
  if (space !== processSpace()) return false;
  return fateOf({ ...ownIdentity(), pid: Number(pid), started: started || undefined }) === "gone";
}

/** Whether that process still runs; `unknown` on another machine or in another container, or if the pid was reused. */
export function fateOf(other: ProcessIdentity): "alive" | "gone" | "unknown" {
  const { host, boot, namespace, pid, started } = ownIdentity();
  if (!(other.pid > 0) || other.host !== host) return "unknown";
  if ((other.boot ?? boot) !== boot || (other.namespace ?? namespace) !== namespace) return "unknown";
  try {
    process.kill(other.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return "gone";
  }
  const status = statusOf(other.pid);
  // A zombie has ended; it lingers where nobody collects its exit status, as in a container without an init.
  if (status?.zombie) return "gone";
  // This process records its start time where the system reports one: a record without it is a namesake's.
  if (other.started === undefined) return other.pid === pid && started !== undefined ? "gone" : "unknown";
  if (status === undefined) return "unknown";
  return status.started === other.started ? "alive" : "gone";
}

function statusOf(pid: number): { started: string | undefined; zombie: boolean } | undefined {
  return quietly(() => {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The process name, up to the last parenthesis, may contain anything.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { started: fields[19], zombie: fields[0] === "Z" || fields[0] === "X" };
  });
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
