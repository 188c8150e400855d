/**
 * A training that ends itself, as kill -9 would, at the n-th call of a file operation: `writeFile:4` after half of the
 * bytes, `sync:4` and `rename:4` before they are done, `append:4` after half of a record; `none` trains to the end.
 */
import { createRequire, syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";

const require = createRequire(import.meta.url);
const files = require("node:fs/promises") as typeof import("node:fs/promises");

async function main([folder, compiler, where, steps]: string[]): Promise<void> {
  const [operation, count] = (where as string).split(":");
  if (operation !== "none") await dieAt(operation as Operation, Number(count));
  const { parseRun } = await import("../../lib/config");
  const { ready } = await import("../../lib/engine");
  const { trainRun } = await import("../../lib/train");
  const { tinyImages } = await import("./tiny-images");
  await ready();
  const run = parseRun({
    preset: "smoke",
    optimizer: { epochs: 16, batchSize: 16 },
    // One block, and one program for every number of context patches: what is tested is how a training ends.
    model: { depth: 1 },
    train: { compiler: compiler as "graph", contextBucket: 49, maxSteps: Number(steps), checkpoint: { everySteps: 2 } },
  });
  const onRecord = ({ step }: { step: number }) => console.log(`step ${step}`);
  await trainRun(folder as string, run, { data: tinyImages(), onRecord });
}

type Operation = "writeFile" | "sync" | "rename" | "append";

async function dieAt(operation: Operation, count: number): Promise<void> {
  let calls = 0;
  const isNow = () => ++calls === count;
  const die = () => process.kill(process.pid, "SIGKILL");
  if (operation === "rename") {
    const { rename } = files;
    files.rename = async (...args) => (isNow() ? void die() : rename(...args));
    syncBuiltinESMExports();
    return;
  }
  const handle = await files.open(tmpdir(), "r");
  const handles = Object.getPrototypeOf(handle) as Record<string, (...args: unknown[]) => Promise<unknown>>;
  await handle.close();
  const name = operation === "append" ? "appendFile" : operation;
  const original = handles[name] as (...args: unknown[]) => Promise<unknown>;
  handles[name] = async function (this: unknown, ...args: unknown[]) {
    if (!isNow()) return original.apply(this, args);
    const [content] = args as [string | Uint8Array];
    if (operation !== "sync") await original.call(this, content.slice(0, content.length / 2));
    die();
  };
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
