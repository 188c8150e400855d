import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Dealer } from "zeromq";
import {
  channelAddress,
  createConnection,
  createMessage,
  encodeMessage,
  type Kernel,
  type Message,
  startKernel,
} from "../../lib/jupyter";
import { compiledFile } from "../../lib/system";
import { isAlive, until } from "../notebook/notebook";
import { temporaryFolder } from "../temporary-folder";

const folder = temporaryFolder();

async function run(kernel: Kernel, code: string) {
  const messages: Message[] = [];
  const execution = await kernel.execute(code, { timeout: 60, onOutput: (message) => messages.push(message) });
  const of = (type: string) => messages.filter(({ header }) => header.msg_type === type).map(({ content }) => content);
  const result = (of("execute_result")[0]?.data as Record<string, string> | undefined)?.["text/plain"];
  const printed = of("stream").map(({ text }) => String(text));
  return { ...execution, printed: printed.join(""), result, errors: of("error") };
}

describe("a kernel's channels", () => {
  it("drop what is malformed, unsigned or repeated, say so, and go on", async () => {
    const kernel = await startKernel({ cwd: folder });
    const { info } = kernel.connection;
    const shell = new Dealer({ linger: 0 });
    shell.connect(channelAddress(info, info.shell_port));
    const content = { code: "globalThis.ran = (globalThis.ran ?? 0) + 1", silent: false };
    const good = encodeMessage(createMessage("execute_request", content, "s"), info.key);
    await shell.send([Buffer.from("nonsense")]);
    await shell.send([]);
    await shell.send(encodeMessage(createMessage("execute_request", content, "s"), "another key"));
    await shell.send(signedText(["{", "{}", "{}", "{}"], info.key));
    await shell.send(signedText(["[]", "{}", "{}", "{}"], info.key));
    await shell.send(signedText(['{"msg_type":"execute_request"}', "{}", "{}", "{}"], info.key));
    await shell.send(encodeMessage(createMessage("execute_request", {}, "s"), info.key)); // no code at all
    await shell.send(encodeMessage(createMessage("no_such_request", {}, "s"), info.key));
    await shell.send(good);
    await shell.send(good);
    shell.receive().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await run(kernel, "(globalThis as any).ran")).result).toBe("1");
    shell.close();
    await kernel.shutdown();
    const words = (await kernel.exited).lastLines.join("\n");
    expect(words).toMatch(/needs a delimiter/);
    expect(words).toMatch(/not signed with this kernel's key/);
    expect(words).toMatch(/it came before/);
    expect(words).toMatch(/no_such_request is not known/);
  });

  it("listen on loopback only", async () => {
    const connection = await createConnection();
    writeFileSync(connection.file, JSON.stringify({ ...connection.info, ip: "0.0.0.0" }));
    const started = startKernel({ argv: [...launcher(), connection.file], startTimeout: 30 });
    await expect(started).rejects.toThrow(/listens on loopback only.*0\.0\.0\.0/s);
    connection.remove();
  });

  it.skipIf(process.platform === "win32")("close a connection file that others could read", async () => {
    const kernel = await startKernel({ cwd: folder });
    const file = path.join(folder, "open.json");
    const other = await createConnection();
    writeFileSync(file, readFileSync(other.file));
    chmodSync(file, 0o644);
    await run(
      kernel,
      `import { spawn } from "node:child_process";
      const child = spawn(process.execPath, ${JSON.stringify([...launcher().slice(1), file])}, { stdio: "ignore" }); void 0`,
    );
    expect(await until(() => (statSync(file).mode & 0o077) === 0, 30)).toBe(true);
    const pid = Number((await run(kernel, "child.pid")).result);
    await kernel.shutdown();
    expect(await until(() => !isAlive(pid))).toBe(true); // what a cell started ends with its kernel
    other.remove();
  });
});

describe("a cell that misbehaves", () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await startKernel({ cwd: folder });
  });
  afterAll(() => kernel.shutdown());

  it.each([
    ["a text", "throw 'text'", "Thrown", "'text'"],
    ["nothing", "throw undefined", "Thrown", "undefined"],
    ["an object", "throw { code: 5 }", "Thrown", "{ code: 5 }"],
    [
      "an error of its own kind",
      "class MyError extends Error { name = 'MyError' } throw new MyError('m')",
      "MyError",
      "m",
    ],
    [
      "an error that cannot be looked at",
      "throw Object.defineProperty(new Error('m'), 'stack', { get() { throw 1 } })",
      "Error",
      "m",
    ],
    ["a proxy that throws", "throw new Proxy({}, { get() { throw new Error('no') } })", "Error", "no"],
  ])("and throws %s is answered", async (_, code, ename, evalue) => {
    const { status, failure } = await run(kernel, code);
    expect(status).toBe("error");
    expect(failure?.ename).toBe(ename);
    expect(failure?.evalue).toContain(evalue);
    expect((await run(kernel, "1 + 1")).result).toBe("2");
  });

  it("and whose value cannot be shown is answered", async () => {
    expect((await run(kernel, "({ get a() { throw new Error('hidden') } })")).status).toBe("ok");
    const broken = "({ toMimeBundle() { throw new RangeError('no picture') } })";
    expect((await run(kernel, broken)).failure).toMatchObject({ ename: "RangeError", evalue: "no picture" });
    const noJson = "({ toMimeBundle: async () => ({ 'application/json': 1n }) })";
    expect((await run(kernel, noJson)).failure?.evalue).toMatch(/serialize a BigInt/);
    const user_expressions = { noJson, one: "1 // and a comment" };
    const { content } = await kernel.ask("execute_request", { code: "2", user_expressions });
    expect(content).toMatchObject({
      status: "ok",
      user_expressions: { noJson: { status: "error", ename: "TypeError" }, one: { data: { "text/plain": "1" } } },
    });
    expect((await kernel.ask("execute_request", { code: 5 })).content.status).toBe("error");
  });

  it("tells the cell's own line of an error, also in a function of an earlier cell", async () => {
    const declared =
      "interface Point { x: number }\n\nfunction deep(p: Point): never {\n  throw new Error('at ' + p.x);\n}";
    await run(kernel, declared);
    const { failure } = await run(kernel, "// a comment\ntype N = number;\ndeep({ x: 3 });");
    const trace = failure?.traceback.join("\n") ?? "";
    expect(trace).toMatch(/----> {3}4 {3}throw new Error\('at ' \+ p\.x\);/);
    expect(trace).toMatch(/at deep \(Cell\[\d+\]:4:9\)\n\s+at Cell\[\d+\]:3:5$/);
  });

  it("and rejects or throws later is reported where it belongs", async () => {
    const late =
      "setTimeout(() => { throw new Error('thrown late') }, 20); Promise.reject(new Error('rejected late'));";
    const { printed, status } = await run(kernel, `${late} await new Promise((end) => setTimeout(end, 200)); void 0`);
    expect(status).toBe("ok");
    expect(printed).toMatch(/Uncaught in a callback: Error: thrown late/);
    expect(printed).toMatch(/nobody waited for it: Error: rejected late/);
  });

  it("and is huge runs", async () => {
    const text = "x".repeat(3_000_000);
    expect((await run(kernel, `const huge = "${text}"; huge.length`)).result).toBe("3000000");
    const lines = Array.from({ length: 1000 }, (_, i) => `const v${i} = ${i};`).join("\n");
    expect((await run(kernel, `${lines}\nv999`)).result).toBe("999");
  });

  it("and prints without end is cut at a limit that says so", async () => {
    const { printed, status } = await run(
      kernel,
      "for (let i = 0; i < 200_000; i++) console.log('y'.repeat(99)); void 0",
    );
    expect(status).toBe("ok");
    expect(printed.length).toBeLessThan(10_000_200);
    expect(printed).toMatch(/\n\[cut: this cell has printed 10000000 characters; what follows is not shown\]\n$/);
    expect((await run(kernel, "console.log('next')")).printed).toBe("next\n");
  });
});

describe("a cell that takes all memory", () => {
  it("ends its kernel, which is said plainly", async () => {
    const kernel = await startKernel({ cwd: folder, env: { NODE_OPTIONS: "--max-old-space-size=250" } });
    const { status, failure } = await run(
      kernel,
      "const all: number[][] = []; for (;;) all.push(new Array(100_000).fill(1.5));",
    );
    expect(status).toBe("dead");
    expect(failure?.evalue).toMatch(/the kernel died: .*JavaScript heap out of memory/s);
  });
});

/** Our kernel's command line without its connection file. */
function launcher(): string[] {
  return [process.execPath, path.join(__dirname, "../../lib/dist/jupyter/server/launch.js")];
}

/** Frames that are signed although their parts are not what they should be. */
function signedText(parts: string[], key: string): Buffer[] {
  const { signedFrames } = require("../../lib/dist/jupyter/message.js") as {
    signedFrames(parts: string[], key: string): Buffer[];
  };
  return signedFrames(parts, key);
}

describe.runIf(process.platform === "linux")("a limit of open files that is too low for a kernel", () => {
  it("is told in a sentence, before ZeroMQ ends the process for it", () => {
    const script = `require(${JSON.stringify(compiledFile("jupyter", "index.js"))}).startKernel().catch((e) => console.log(e.name, e.message))`;
    const limited = ["-c", 'ulimit -n 40; exec "$@"', "sh", process.execPath, "-e", script];
    const { stdout, status } = spawnSync("sh", limited, { cwd: folder, encoding: "utf8" });
    expect(stdout).toMatch(
      /^KernelError a process may have 40 files open here, .* raise the limit with ulimit -n 4096\n$/,
    );
    expect(status).toBe(0);
  });
});
