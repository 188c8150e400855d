import { spawn, spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Execution, type Kernel, type Message, startKernel } from "../../lib/jupyter";
import { kernelCommand } from "../../lib/jupyter/client/kernelspec";
import { createConnection } from "../../lib/jupyter/connection";
import { parentToFollow } from "../../lib/jupyter/server/parent";
import { isAlive, until } from "../notebook/notebook";
import { temporaryFolder } from "../temporary-folder";

const folder = temporaryFolder();

/** Runs code and tells how it ended, what it printed and the kinds of messages it caused. */
async function run(kernel: Kernel, code: string, options: { timeout?: number; grace?: number } = {}) {
  const messages: Message[] = [];
  const execution: Execution = await kernel.execute(code, {
    ...options,
    onOutput: (message) => messages.push(message),
  });
  const text = messages.filter((m) => m.header.msg_type === "stream").map((m) => String(m.content.text));
  return { ...execution, messages, kinds: messages.map((m) => m.header.msg_type), printed: text.join("") };
}

describe("Kernel.execute", () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await startKernel({ cwd: folder });
  });
  afterAll(() => kernel.shutdown());

  it("brings every line of a burst, in order", async () => {
    for (const lines of [5000, 20_000, 100_000]) {
      const { printed } = await run(kernel, `for (let i = 0; i < ${lines}; i++) console.log(i)`);
      expect(printed).toBe(Array.from({ length: lines }, (_, i) => `${i}\n`).join(""));
    }
  });

  it("brings every message of a burst that cannot be joined", async () => {
    const code = "for (let i = 0; i < 3000; i++) { console.log(i); console.error('e' + i); }";
    const { messages } = await run(kernel, code);
    const streams = messages.filter((m) => m.header.msg_type === "stream").map((m) => m.content.text);
    expect(streams).toEqual(Array.from({ length: 3000 }, (_, i) => [`${i}\n`, `e${i}\n`]).flat());
  });

  it("gives the value of the last expression as a result and keeps variables between cells", async () => {
    expect((await run(kernel, "const kept: number = 20;")).kinds).not.toContain("execute_result");
    const { messages, status } = await run(kernel, "kept + 1");
    expect(status).toBe("ok");
    const result = messages.find((m) => m.header.msg_type === "execute_result");
    expect(result?.content.data).toEqual({ "text/plain": "21" });
  });

  it("tells a thrown error by name, message and the cell's own frames, as output and as answer", async () => {
    const { messages, failure, status } = await run(kernel, "await 0;\nthrow new RangeError('too far');");
    const error = messages.find((m) => m.header.msg_type === "error");
    expect(status).toBe("error");
    expect(failure).toMatchObject({ ename: "RangeError", evalue: "too far" });
    expect(error?.content).toEqual(failure);
    expect(failure?.traceback.join("\n")).not.toContain("tslab/dist");
  });

  it("tells what TypeScript found, with line and column, and runs nothing then", async () => {
    const { failure, printed } = await run(kernel, 'console.log("ran");\nconst n: number = "text";');
    expect(failure?.ename).toBe("TypeScriptError");
    expect(failure?.evalue).toBe("2:7 - Type 'string' is not assignable to type 'number'.");
    expect(printed).toBe("");
  });

  it("runs a cell that is asked for right after an error, and does not run those asked for before it", async () => {
    const failing = run(kernel, "throw 1");
    const behind = run(kernel, "console.log('behind')");
    expect((await failing).status).toBe("error");
    expect(await run(kernel, "console.log('after')")).toMatchObject({ status: "ok", printed: "after\n" });
    expect(await behind).toMatchObject({ status: "aborted", printed: "" });
  });

  it("gives text that comes after a cell's end to that cell", async () => {
    const late: Message[] = [];
    const wait = "new Promise<void>((end) => setTimeout(() => { console.log('late'); end(); }, 300))";
    await kernel.execute(`const pending = ${wait};`, { onOutput: (message) => late.push(message) });
    const { printed } = await run(kernel, "await pending; console.log('own');");
    expect(printed).toBe("own\n");
    expect(late.filter((m) => m.header.msg_type === "stream").map((m) => m.content.text)).toEqual(["late\n"]);
  });

  it("ends a cell at its limit, wherever it computes, and keeps the session's variables", async () => {
    await run(kernel, "const alive = 'still here';");
    for (const code of ["for (;;) {}", "await new Promise((end) => setTimeout(end, 60_000));"]) {
      const { status, failure } = await run(kernel, code, { timeout: 0.3, grace: 10 });
      expect(status).toBe("timeout");
      expect(failure?.evalue).toBe("the cell ran longer than its limit of 0.3 seconds and was interrupted");
    }
    expect((await run(kernel, "console.log(alive)")).printed).toBe("still here\n");
  });

  it("keeps the connection file for its owner and deletes it at the end", async () => {
    expect(statSync(kernel.connection.file).mode & 0o077).toBe(0);
    await kernel.shutdown();
    expect(statSync(kernel.connection.file, { throwIfNoEntry: false })).toBeUndefined();
    expect((await kernel.exited).code).toBe(0);
  });
});

describe("a kernel that ends before its cell", () => {
  it("is told with its exit code, and what it printed before is there", async () => {
    const kernel = await startKernel({ cwd: folder });
    const { status, failure, printed } = await run(kernel, "console.log('one'); console.log('two'); process.exit(3);");
    expect(status).toBe("dead");
    expect(failure?.evalue).toContain("the kernel died: exit code 3");
    expect(printed).toBe("one\ntwo\n");
    expect((await run(kernel, "1")).status).toBe("dead");
    await kernel.shutdown();
  });

  it("is told with its signal, and what it started is gone too", async () => {
    const kernel = await startKernel({ cwd: folder });
    const spawned = "import { spawn } from 'node:child_process'; console.log(spawn('sleep', ['100']).pid);";
    const sleeper = Number((await run(kernel, spawned)).printed);
    expect(isAlive(sleeper)).toBe(true);
    expect((await run(kernel, "process.kill(process.pid, 'SIGKILL')")).failure?.evalue).toContain("signal SIGKILL");
    expect(await until(() => !isAlive(sleeper))).toBe(true);
  });

  it("is killed when an interrupt cannot stop its cell", async () => {
    const kernel = await startKernel({ cwd: folder });
    const { status, failure } = await run(kernel, "console.log('in'); require('child_process').execSync('sleep 60');", {
      timeout: 0.5,
      grace: 0.5,
    });
    expect(status).toBe("timeout");
    expect(failure?.evalue).toContain("did not end 0.5 seconds after an interrupt, and its kernel was killed");
    expect((await kernel.exited).signal).toBe("SIGKILL");
  });
});

describe("startKernel", () => {
  it("says how a kernel ended that never answered, with its last words", async () => {
    const argv = [process.execPath, "-e", "console.error('no such library'); process.exit(7)"];
    await expect(startKernel({ argv })).rejects.toThrow(/ended before it answered: exit code 7.*\n.*no such library/s);
  });

  it("says that a program is not there, that a folder is not there, and that a kernel is silent", async () => {
    await expect(startKernel({ argv: ["/no/such/program"] })).rejects.toThrow(/could not be started/);
    await expect(startKernel({ cwd: path.join(folder, "nowhere") })).rejects.toThrow(/there is no such folder/);
    const argv = [process.execPath, "-e", "setInterval(() => {}, 1000)"];
    await expect(startKernel({ argv, startTimeout: 0.5 })).rejects.toThrow(/did not answer within 0.5 seconds/);
  });

  it.each(["SIGTERM", "SIGINT", "SIGKILL"] as const)("leaves no kernel behind when we end by %s", async (signal) => {
    const compiled = path.join(__dirname, "..", "..", "lib", "dist", "jupyter");
    const script = `require(${JSON.stringify(compiled)}).startKernel().then((k) => {
      console.log(JSON.stringify({ pid: k.pid, file: k.connection.file })); k.execute("await new Promise(() => {})"); });`;
    const ours = spawn(process.execPath, ["-e", script], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    const line = await new Promise<string>((resolve) => ours.stdout.once("data", (data) => resolve(String(data))));
    const { pid, file } = JSON.parse(line);
    expect(readFileSync(file, "utf8")).toContain("hmac-sha256");
    expect(isAlive(pid)).toBe(true);
    ours.kill(signal);
    const [, ended] = await new Promise<[number | null, string | null]>((resolve) =>
      ours.once("exit", (code, name) => resolve([code, name])),
    );
    expect(ended).toBe(signal);
    expect(await until(() => !isAlive(pid))).toBe(true);
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
  });

  it.skipIf(process.platform === "win32")("leaves none behind either when we are killed while it starts", async () => {
    const connection = await createConnection("ipc");
    const argv = kernelCommand().map((part) => part.replace("{connection_file}", connection.file));
    // The shell is gone before Node has loaded anything.
    const script = 'NJEPA_KERNEL_PARENT=$$ JPY_PARENT_PID=$$ "$@" > /dev/null 2>&1 & echo $!';
    const { stdout } = spawnSync("sh", ["-c", script, "sh", ...argv], { cwd: folder, encoding: "utf8" });
    expect(isAlive(Number(stdout))).toBe(true);
    expect(await until(() => !isAlive(Number(stdout)))).toBe(true);
    // It removed what nobody else would have; a kernel that failed would have left it.
    expect(statSync(connection.file, { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe("the process that a kernel follows", () => {
  it.each([
    ["our client, also if process 1 has taken its place", { NJEPA_KERNEL_PARENT: "70", JPY_PARENT_PID: "7" }, 1, 70],
    ["whoever stands between it and Jupyter", { JPY_PARENT_PID: "7" }, 8, 8],
    ["Jupyter, if process 1 has taken its place", { JPY_PARENT_PID: "7" }, 1, 7],
    ["Jupyter as process 1 of a container", { JPY_PARENT_PID: "1" }, 1, 1],
    ["process 1, if Jupyter's is none", { JPY_PARENT_PID: "" }, 1, 1],
    ["nobody, if no client started it", {}, 8, undefined],
  ])("is %s", (_, env, reported, followed) => {
    expect(parentToFollow(env, reported)).toBe(followed);
  });
});
