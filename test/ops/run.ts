/**
 * TensorFlow.js' own tests of its ops, run on this package's engine. Bundled by scripts/test-ops.ts into one file: the
 * published tests are modules that name their files without endings, which Node does not load.
 */
import { ready } from "njepa/engine";
import { countsOf, type PjrtCounts } from "./counts";
import { leftOut } from "./left-out";
import { type Replayed, replay } from "./replay";
import { engineParts, Tracer } from "./trace";

/** What jasmine tells of one test. */
interface SpecResult {
  fullName: string;
  status: "passed" | "failed" | "excluded" | "pending";
  failedExpectations: { message: string }[];
}

export interface OpTestResult {
  passed: string[];
  skipped: string[];
  failed: { name: string; messages: string[] }[];
  /** What became of each test's ops as one compiled program; tests without ops do not count. */
  counts: PjrtCounts;
}

export { countParts, linesOf } from "./counts";

/** Milliseconds for one test: no limit in practice, since one that runs into it would be compared with the next one's ops. */
const LONGEST = 3_600_000;

const environment = "test-tensorflow";

/** The same number for a name in every process. */
const numberOf = (name: string) => [...name].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) >>> 0, 7);

export interface OpTestOptions {
  /** Only tests whose name contains this. */
  grep: string;
  /** Those that are left out too. */
  all: boolean;
  /** Each test's ops once more as one program of PJRT. */
  pjrt: boolean;
  /** One of `of` parts of the tests: by their names, from 0 on. */
  part: { first: number; of: number };
}

export async function runOpTests(options: OpTestOptions): Promise<OpTestResult> {
  await ready({ keepPrograms: false });
  const own = require("jasmine-core").boot();
  const jasmine = own.getEnv();
  if (options.pjrt) own.DEFAULT_TIMEOUT_INTERVAL = LONGEST;
  require("@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops");
  require("@tensorflow/tfjs-core/dist/register_all_gradients");
  const { setTestEnvs } = require("@tensorflow/tfjs-core/dist/jasmine_util");
  setTestEnvs([{ name: environment, backendName: "tensorflow", flags: {}, isDataSync: true }]);
  require("@tensorflow/tfjs-core/dist/tests");

  const skipped = new Set(options.all ? [] : leftOut.flatMap(({ tests }) => tests));
  const plain = (name: string) => name.replace(` ${environment} {}`, ":");
  const result = { passed: [], skipped: [], failed: [] } as Omit<OpTestResult, "counts">;
  const compiled: { name: string; found: Replayed }[] = [];
  let found: Replayed | undefined;
  jasmine.configure({
    random: false,
    specFilter: (spec: { getFullName(): string }) =>
      spec.getFullName().includes(options.grep) &&
      !skipped.has(plain(spec.getFullName())) &&
      numberOf(spec.getFullName()) % options.part.of === options.part.first,
  });
  jasmine.addReporter({
    specDone: ({ fullName, status, failedExpectations }: SpecResult) => {
      const name = plain(fullName);
      if (status === "passed") result.passed.push(name);
      else if (status !== "failed") result.skipped.push(name);
      else result.failed.push({ name, messages: failedExpectations.map(({ message }) => message) });
      const [first] = failedExpectations;
      if (status === "failed" && first)
        found = { state: "different", op: "the test itself failed:", why: first.message };
      if (found) compiled.push({ name, found });
      found = undefined;
    },
  });
  if (options.pjrt) {
    const runtime = engineParts();
    const tracer = new Tracer(runtime.eager);
    jasmine.beforeEach(() => tracer.free(tracer.take()));
    jasmine.afterEach(async () => {
      const trace = tracer.take();
      if (trace.ops.length > 0) found = await tracer.aside(() => replay(trace, runtime));
      tracer.free(trace);
    }, LONGEST);
  }
  await jasmine.execute();
  return { ...result, counts: countsOf(compiled) };
}
