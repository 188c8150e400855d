import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/longest-first";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // The engine owns one TensorFlow per process, and the machine that CI gives us has two cores.
    pool: "forks",
    // Files share their process and what they import: the library and TensorFlow start three times, not once per file.
    isolate: false,
    // One more than cores: a fifth of a file's time is waiting, for kernels, browsers and memory that TensorFlow hopes for.
    maxWorkers: 3,
    minWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Three processes on two cores: more threads would wait for one another, and waiting takes processor time.
    env: { TF_NUM_INTRAOP_THREADS: "1" },
    // Many tests start TensorFlow, a kernel or a browser in a process of its own: seconds here, minutes on a machine that
    // others load. A test that hangs is ended all the same.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
