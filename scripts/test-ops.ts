/** Run TensorFlow.js' own tests of its ops on this engine.  Exit 0 none failed, 1 some did, 2 bad usage. */

import { command, json, print } from "njepa/command-line";
import { CliError } from "njepa/errors";
import { bundle } from "./bundle";

/** What PJRT computed of some tests, told by test/ops/counts.ts. */
type PjrtCounts = { different: readonly object[] };

interface OpTests {
  runOpTests(options: { grep: string; all: boolean; pjrt: boolean; part: { first: number; of: number } }): Promise<{
    passed: string[];
    skipped: string[];
    failed: { name: string; messages: string[] }[];
    counts: PjrtCounts;
  }>;
  countParts(script: string, options: { grep: string; all: boolean }): PjrtCounts;
  linesOf(counts: PjrtCounts): string[];
}

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
    part: {
      type: "string",
      value: "N/M",
      description: "one of so many parts of the tests, such as 2/8 (default: all; of PJRT's, twelve parts in turn)",
    },
    pjrt: {
      type: "boolean",
      description: "run each test's ops once more as one program of PJRT's CPU plugin, and compare",
    },
    json,
  },
  async run(values) {
    const { runOpTests, countParts, linesOf } = await bundle<OpTests>("test/ops/run.ts");
    const { grep = "", all = false, pjrt = false, part } = values;
    const tell = (counts: PjrtCounts) => {
      print(values.json ? JSON.stringify(counts, null, 2) : linesOf(counts).join("\n"));
      return counts.different.length === 0 ? 0 : 1;
    };
    if (pjrt && part === undefined) return tell(countParts(__filename, { grep, all }));
    const { passed, failed, skipped, counts } = await quietly(() =>
      runOpTests({ grep, all, pjrt, part: partOf(part ?? "1/1") }),
    );
    if (pjrt) return tell(counts);
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
