import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

/** What a kernel and its clients agree on; the content of Jupyter's connection file. */
export interface ConnectionInfo {
  transport: "tcp";
  ip: "127.0.0.1";
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
  /** Deletes the file; synchronous, so that it also works while the process ends. */
  remove(): void;
}

/** A connection on five loopback ports that were free a moment ago, with a fresh key. */
export async function createConnection(): Promise<Connection> {
  const [shell, iopub, stdin, control, hb] = await freePorts(5);
  if (!shell || !iopub || !stdin || !control || !hb) throw new Error("unreachable: five ports were asked for");
  const info: ConnectionInfo = {
    transport: "tcp",
    ip: "127.0.0.1",
    shell_port: shell,
    iopub_port: iopub,
    stdin_port: stdin,
    control_port: control,
    hb_port: hb,
    key: randomBytes(32).toString("hex"),
    signature_scheme: "hmac-sha256",
    kernel_name: "njepa",
  };
  const file = path.join(tmpdir(), `njepa-kernel-${randomBytes(8).toString("hex")}.json`);
  writeFileSync(file, JSON.stringify(info), { mode: 0o600, flag: "wx" });
  return { info, file, remove: () => rmSync(file, { force: true }) };
}

/** All are held open until the last is found, so no two are the same. */
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
