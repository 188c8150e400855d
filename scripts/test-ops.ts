/** Run TensorFlow.js' own tests of its ops on this engine.  Exit 0 none failed, 1 some did, 2 bad usage. */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { command, print } from "./command";

const root = join(__dirname, "../..");

interface OpTests {
  runOpTests(options: { grep: string; all: boolean }): Promise<{
    passed: string[];
    skipped: string[];
    failed: { name: string; messages: string[] }[];
  }>;
}

/** All the tests in one file that Node can load; the engine stays outside, so that there is one of it. */
async function bundle(): Promise<OpTests> {
  const outfile = join(root, "build/test-ops/bundle.js");
  await mkdir(dirname(outfile), { recursive: true });
  await build({
    entryPoints: [join(root, "test/ops/run.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    external: ["njepa/*", "jasmine-core"],
    // The published package says that its tests have no effects, and esbuild would leave them out.
    ignoreAnnotations: true,
    logLevel: "error",
  });
  return require(outfile) as OpTests;
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

command({
  synopsis: "test:ops --",
  about: "  What is left out, and why, stands in test/ops/left-out.ts.",
  options: {
    grep: { type: "string", default: "", description: "only the tests whose name contains this" },
    all: { type: "boolean", description: "those that are left out too" },
    json: { type: "boolean", description: "print one JSON object" },
  },
  async run(values) {
    const { runOpTests } = await bundle();
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
