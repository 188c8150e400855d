/** Run TensorFlow.js' own tests of its ops on this engine.  Exit 0 none failed, 1 some did, 2 bad usage. */

import { command, json, print } from "njepa/command-line";
import { CliError } from "njepa/errors";
import { bundle } from "./bundle";

interface OpTests {
  runOpTests(options: { grep: string; all: boolean; pjrt: boolean; part: { first: number; of: number } }): Promise<{
    passed: string[];
    skipped: string[];
    failed: { name: string; messages: string[] }[];
    compiled: { name: string; found: Replayed }[];
  }>;
}

type Replayed = { state: "same" } | { state: "inexpressible" | "different"; op: string; why: string };

/** The work's result, without the tests' own output: deprecation warnings, timings of a profiler's test. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { log, warn, error, group, groupEnd } = console;
  const silent = () => {};
  Object.assign(console, { log: silent, warn: silent, error: silent, group: silent, groupEnd: silent });
  try {
    return await work();
  } finally {
    Object.assign(console, { log, warn, error, group, groupEnd });
  }
}

export default command(module, {
  name: "test:ops",
  says: "run TensorFlow.js' own tests of its ops on this engine",
  about: "  What is left out, and why, stands in test/ops/left-out.ts.",
  options: {
    grep: { type: "string", default: "", description: "only the tests whose name contains this" },
    all: { type: "boolean", description: "those that are left out too" },
    part: { type: "string", default: "1/1", description: "one of so many parts of the tests, such as 2/8" },
    pjrt: {
      type: "boolean",
      description: "run each test's ops once more as one program of PJRT's CPU plugin, and compare",
    },
    json,
  },
  async run(values) {
    const { runOpTests } = await bundle<OpTests>("test/ops/run.ts");
    const pjrt = values.pjrt ?? false;
    const { passed, failed, skipped, compiled } = await quietly(() =>
      runOpTests({ grep: values.grep ?? "", all: values.all ?? false, pjrt, part: partOf(values.part ?? "1/1") }),
    );
    if (pjrt) return tellCompiled(compiled, values.json ?? false);
    if (values.json) {
      print(JSON.stringify({ passed: passed.length, failed, skipped }, null, 2));
    } else {
      for (const { name, messages } of failed) print(`FAILED ${name}\n       ${messages.join("\n       ")}`);
      print(`${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped`);
    }
    return failed.length === 0 ? 0 : 1;
  },
});

/** @throws {CliError} for anything but two numbers */
function partOf(text: string): { first: number; of: number } {
  const [, part, of] = /^([1-9]\d*)\/([1-9]\d*)$/.exec(text) ?? [];
  if (of === undefined || Number(part) > Number(of)) throw new CliError(`--part expects such as 2/8, got ${text}`);
  return { first: Number(part) - 1, of: Number(of) };
}

/** Prints the PJRT results: each test whose values differ, the ops that cannot be lowered, and the counts. */
function tellCompiled(compiled: readonly { name: string; found: Replayed }[], asJson: boolean): number {
  const different = compiled.flatMap(({ name, found }) => (found.state === "different" ? [{ name, ...found }] : []));
  const ops = new Map<string, { tests: number; why: string }>();
  for (const { found } of compiled) {
    if (found.state !== "inexpressible") continue;
    const { op, why } = found;
    ops.set(op, { tests: (ops.get(op)?.tests ?? 0) + 1, why });
  }
  const inexpressible = [...ops].sort(([, a], [, b]) => b.tests - a.tests).map(([op, rest]) => ({ op, ...rest }));
  const tests = inexpressible.reduce((sum, one) => sum + one.tests, 0);
  const passed = compiled.length - tests - different.length;
  if (asJson) {
    print(JSON.stringify({ passed, inexpressible, different }, null, 2));
  } else {
    for (const { op, tests, why } of inexpressible) print(`not expressible: ${op} (${tests} tests): ${why}`);
    for (const { name, op, why } of different) print(`FAILED ${name}\n       ${op} ${why}`);
    print(`${passed} passed, ${different.length} failed, ${tests} not expressible`);
  }
  return different.length === 0 ? 0 : 1;
}
