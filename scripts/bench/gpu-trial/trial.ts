/** On the machine of the trial: node trial.js RESULT [PARTS]. Each part's findings are written as soon as they are there. */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { arithmetic, memory, ready, stats } from "njepa/engine";
import { golden, lossesOf, sameBits } from "./golden";
import { opTests, opTestsPart } from "./op-tests";
import type { TrialSettings } from "./settings";
import { speed } from "./speed";

type Part = (settings: TrialSettings, here: string) => Promise<object>;

const parts: Record<string, Part> = {
  golden: (settings) => golden(settings.golden),
  kept: async (settings, here) => kept(settings.golden, here),
  bfloat16: ({ speed: { bfloat16 } }, here) => speed(bfloat16, here),
  float32: ({ speed: { float32 } }, here) => speed(float32, here),
  "op-tests": (_, here) => opTests(__filename, here),
};

/** The losses of another process, which runs the programs that this one has kept, and seconds it took over them. */
async function kept({ losses, ...run }: TrialSettings["golden"], here: string) {
  const found = await lossesOf(run, losses.length);
  const to = join(here, "again.json");
  const { status, stderr } = spawnSync(process.execPath, [__filename, to, "again"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the second process ended with ${status}: ${stderr.slice(-2000)}`);
  const { again } = JSON.parse(readFileSync(to, "utf8")) as { again: Awaited<ReturnType<typeof inAnotherProcess>> };
  rmSync(to);
  return { ...again, sameBits: sameBits(found, again.found), compiledInSeconds: stats().compileSeconds };
}

async function inAnotherProcess({ losses, ...run }: TrialSettings["golden"]) {
  const found = await lossesOf(run, losses.length);
  return { found, loadedInSeconds: stats().compileSeconds };
}

async function main(here: string, to: string, wanted: string): Promise<void> {
  const settings = JSON.parse(readFileSync(join(here, "settings.json"), "utf8")) as TrialSettings;
  const { pjrt } = await ready({ backend: "pjrt" });
  const result: Record<string, unknown> = { arithmetic: arithmetic(), pjrt, node: process.version };
  const all: Record<string, Part> = { ...parts, again: (settings) => inAnotherProcess(settings.golden) };
  for (const name of wanted.split(",")) {
    const part = all[name];
    if (!part) throw new Error(`no part is named ${name}: expected some of ${Object.keys(parts).join(", ")}`);
    const began = performance.now();
    const found = await part(settings, here).catch((error: Error) => ({ error: error.stack }));
    result[name] = { ...found, seconds: (performance.now() - began) / 1000 };
    writeFileSync(to, `${JSON.stringify({ ...result, stats: stats(), memory: memory() }, null, 2)}\n`);
    console.error(`${name}: ${JSON.stringify(result[name]).slice(0, 3000)}`);
  }
}

if (require.main === module) {
  const [to = "result.json", wanted = Object.keys(parts).join(), part] = process.argv.slice(2);
  if (wanted === "op-tests-part") opTestsPart(__dirname, to, Number(part)).then(() => process.exit(0));
  else main(__dirname, to, wanted);
}
