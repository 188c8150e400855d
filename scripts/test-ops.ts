/** Run TensorFlow.js' own tests of its ops on this engine.  Exit 0 none failed, 1 some did, 2 bad usage. */

import { command, json, print } from "njepa/command-line";
import { bundle } from "./bundle";

interface OpTests {
  runOpTests(options: { grep: string; all: boolean }): Promise<{
    passed: string[];
    skipped: string[];
    failed: { name: string; messages: string[] }[];
  }>;
}

/** What the tests print is about themselves; warnings of deprecated words, timings of a profiler's test. */
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
    json,
  },
  async run(values) {
    const { runOpTests } = await bundle<OpTests>("test/ops/run.ts");
    const { passed, failed, skipped } = await quietly(() =>
      runOpTests({ grep: values.grep ?? "", all: values.all ?? false }),
    );
    if (values.json) {
      print(JSON.stringify({ passed: passed.length, failed, skipped }, null, 2));
    } else {
      for (const { name, messages } of failed) print(`FAILED ${name}\n       ${messages.join("\n       ")}`);
      print(`${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped`);
    }
    return failed.length === 0 ? 0 : 1;
  },
});
