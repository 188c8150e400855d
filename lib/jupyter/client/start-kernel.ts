import path from "node:path";
import { KernelError } from "../../errors";
import { isFolder, openFiles, raceTimeout } from "../../system";
import { kernelSnapshot, startOptions } from "../compiler/snapshot";
import { createConnection } from "../connection";
import { PARENT } from "../parent-variable";
import { KernelClient } from "./client";
import { Kernel } from "./kernel";
import { describeExit, type KernelExit, KernelProcess } from "./kernel-process";
import { kernelCommand, kernelLauncher } from "./kernelspec";

export interface KernelOptions {
  /** Folder that the kernel runs in and that cells resolve their imports from. Default: this process's own. */
  cwd?: string;
  /** Variables added to our own environment; undefined removes one. */
  env?: Record<string, string | undefined>;
  /** Seconds it may take to answer for the first time. Default 60. */
  startTimeout?: number;
  /** A command line other than our own kernel's, with `{connection_file}` in it as in a kernel.json. */
  argv?: readonly string[];
  /** How it is interrupted, as in its kernel.json: by SIGINT (the default with `argv`) or by a message (our kernel). */
  interruptMode?: "signal" | "message";
}

/**
 * A running kernel that has answered, in its own process, which ends with ours.
 *
 * @throws {KernelError} when it cannot be started, ends, or says nothing within `startTimeout`, or when the
 *   limit of open files is too low for one
 */
export async function startKernel(options: KernelOptions = {}): Promise<Kernel> {
  const cwd = path.resolve(options.cwd ?? process.cwd());
  if (!(await isFolder(cwd))) {
    throw new KernelError(`the kernel cannot run in ${cwd}: there is no such folder`);
  }
  requireFiles();
  // Between finding free ports and binding them, another process may have taken one.
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(cwd, options);
    } catch (error) {
      if (attempt === 3 || !(error instanceof KernelError && /EADDRINUSE|Address already in use/.test(error.message))) {
        throw error;
      }
    }
  }
}

/** Open files of a kernel, some 40, and of our end of its channels, with room for what cells open. */
const filesOfKernel = 60;
const filesOfClient = 20;

/** ZeroMQ ends the process, without a word on why, when it cannot open a socket. */
function requireFiles(): void {
  const files = openFiles();
  if (files === undefined || files.most >= Math.max(filesOfKernel, files.open + filesOfClient)) return;
  throw new KernelError(
    `a process may have ${files.most} files open here, and a kernel needs ${filesOfKernel}, this process ` +
      `${files.open + filesOfClient}; raise the limit with ulimit -n 4096`,
  );
}

async function startOnce(cwd: string, options: KernelOptions): Promise<Kernel> {
  // Our own kernel supports both transports; nobody else on this machine can reach sockets in a private folder.
  const isPrivate = options.argv === undefined && process.platform !== "win32";
  const connection = await createConnection(isPrivate ? "ipc" : "tcp");
  const env = { ...process.env, ...options.env };
  const argv = (options.argv ?? ownCommand(env)).map((part) => part.replace("{connection_file}", connection.file));
  const started = options.argv === undefined ? { ...env, [PARENT]: String(process.pid) } : env;
  const kernelProcess = new KernelProcess(argv, { cwd, env: started }, connection.remove);
  const client = await KernelClient.connect(connection.info);
  const kernel = new Kernel(
    kernelProcess,
    client,
    connection,
    options.interruptMode ?? (options.argv ? "signal" : "message"),
  );
  const seconds = options.startTimeout ?? 60;
  const outcome = await raceTimeout<"heard" | KernelExit>(
    seconds,
    untilHeard(client, kernelProcess),
    kernelProcess.exited,
  );
  if (outcome === "heard") return kernel;
  await kernel.kill();
  const command = argv.join(" ");
  if (outcome !== "expired")
    throw new KernelError(`the kernel ended before it answered: ${describeExit(outcome)}\n(${command})`);
  throw new KernelError(
    `the kernel did not answer within ${seconds} seconds and was ended; give it more time or look at what it runs: ${command}`,
  );
}

/** Our kernel's command line, with its snapshot if that is there: else its first Node would look for it. */
function ownCommand(env: NodeJS.ProcessEnv): string[] {
  const [node = process.execPath, ...rest] = kernelCommand();
  // V8's own options must be those with which the snapshot was made; we know only those of this process.
  const isSame = env.NODE_OPTIONS === process.env.NODE_OPTIONS && env.XDG_CACHE_HOME === process.env.XDG_CACHE_HOME;
  const place = isSame ? kernelSnapshot(path.dirname(kernelLauncher()), env) : undefined;
  return [node, ...((place && startOptions(place)) ?? []), ...rest];
}

/** A subscription takes effect only some time after the request: asks until a reply arrives on both channels. */
async function untilHeard(client: KernelClient, kernel: KernelProcess): Promise<"heard"> {
  for (;;) {
    const { reply, done } = client.request("kernel_info_request", {});
    await reply;
    if ((await raceTimeout(0.25, done)) !== "expired" || kernel.exit !== undefined) return "heard";
  }
}
