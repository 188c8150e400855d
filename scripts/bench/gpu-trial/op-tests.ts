import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

/** What test/ops/counts.ts counts in a part of the tests. */
interface Counts {
  passed: number;
  inexpressible: { op: string; tests: number; why: string }[];
  different: { name: string; op: string; why: string }[];
}

interface OpTests {
  runOpTests(options: {
    grep: string;
    all: boolean;
    pjrt: boolean;
    part: { first: number; of: number };
  }): Promise<{ counts: Counts }>;
}

const PARTS = 12;

/** TensorFlow.js' own tests of its ops, each as one program of the plugin, in processes side by side. */
export async function opTests(script: string, here: string) {
  const left = Array.from({ length: PARTS }, (_, part) => part);
  const found: Counts[] = [];
  const work = async () => {
    for (let part = left.shift(); part !== undefined; part = left.shift())
      found.push(await inProcess(script, here, part));
  };
  await Promise.all(Array.from({ length: Math.max(1, availableParallelism() >> 1) }, work));
  const sum = (count: (one: Counts) => number) => found.reduce((total, one) => total + count(one), 0);
  return {
    passed: sum(({ passed }) => passed),
    failed: found.flatMap(({ different }) => different),
    notExpressible: sum(({ inexpressible }) => inexpressible.reduce((tests, one) => tests + one.tests, 0)),
  };
}

function inProcess(script: string, here: string, part: number): Promise<Counts> {
  const to = join(here, `op-tests-${part}.json`);
  return new Promise((resolve) =>
    execFile(process.execPath, [script, to, "op-tests-part", String(part)], { maxBuffer: 1e8 }, (error, _, said) => {
      const why = `ended without counts (${error?.signal ?? error?.code}): ${said.slice(-1000)}`;
      const nothing = { passed: 0, inexpressible: [], different: [{ name: `part ${part}`, op: "it", why }] };
      resolve(error ? nothing : (JSON.parse(readFileSync(to, "utf8")) as Counts));
      rmSync(to, { force: true });
    }),
  );
}

/** One part of the tests, in a process whose engine is theirs alone. */
export async function opTestsPart(here: string, to: string, part: number): Promise<void> {
  const { runOpTests } = require(join(here, "op-tests.js")) as OpTests;
  const { counts } = await runOpTests({ grep: "", all: false, pjrt: true, part: { first: part, of: PARTS } });
  writeFileSync(to, JSON.stringify(counts));
}
