import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import path from "node:path";
import { temporaryPath } from "../system";

/** What a kernel and its clients agree on; the content of Jupyter's connection file. */
export interface ConnectionInfo {
  /** `ipc`: Unix sockets in a folder that only this user may enter. */
  transport: "tcp" | "ipc";
  /** An address or, for `ipc`, the prefix of the sockets' paths. */
  ip: string;
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
  key: string;
  signature_scheme: "hmac-sha256";
  kernel_name: string;
}

export interface Connection {
  readonly info: ConnectionInfo;
  /** The connection file, readable by this user alone. */
  readonly file: string;
  /** Deletes the file and its folder; synchronous, so that it also works while the process ends. */
  remove(): void;
}

/** The address of a channel in ZeroMQ's form. */
export function channelAddress({ transport, ip }: { transport: string; ip: string }, port: number): string {
  return `${transport}://${ip}${transport === "ipc" ? "-" : ":"}${port}`;
}

/** Longest path of a Unix socket in bytes: macOS has room for 104, Linux for 108, the closing zero included. */
const longestSocket = 103;

/**
 * A new connection with a fresh key, in a folder of its own.
 *
 * @param wanted `ipc` if nobody else may reach the kernel's sockets; `tcp`: five loopback ports, free a moment ago, which
 *   it also gets where the system's temporary folder has too long a path for a socket
 */
export async function createConnection(wanted: ConnectionInfo["transport"] = "tcp"): Promise<Connection> {
  const folder = temporaryPath("kernel");
  const prefix = path.join(folder, "channel");
  const transport = Buffer.byteLength(`${prefix}-5`) > longestSocket ? "tcp" : wanted;
  const ports = transport === "ipc" ? [1, 2, 3, 4, 5] : await freePorts(5);
  const [shell, iopub, stdin, control, hb] = ports;
  if (!shell || !iopub || !stdin || !control || !hb) throw new Error("unreachable: five ports were asked for");
  mkdirSync(folder, { mode: 0o700 });
  const info: ConnectionInfo = {
    transport,
    ip: transport === "ipc" ? prefix : "127.0.0.1",
    shell_port: shell,
    iopub_port: iopub,
    stdin_port: stdin,
    control_port: control,
    hb_port: hb,
    key: randomBytes(32).toString("hex"),
    signature_scheme: "hmac-sha256",
    kernel_name: "njepa",
  };
  const file = path.join(folder, "connection.json");
  writeFileSync(file, JSON.stringify(info), { mode: 0o600, flag: "wx" });
  return { info, file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Free ports; all are held open until the last is found, so that no two are the same. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port: 0, host: "127.0.0.1" }, () => resolve(server));
  });
}
