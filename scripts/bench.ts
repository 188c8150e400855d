/** Measure ours against a peer, in one run on one machine.  Exit 0 measured, 1 it could not be, 2 bad usage. */

import { command, json, print } from "njepa/command-line";
import { CliError } from "njepa/errors";
import type { Benchmark } from "./bench/measure";
import { loads, machine, tableOf } from "./bench/measure";

/** Each in its own file; a benchmark loads nothing that only another one needs. */
const benchmarks: Record<string, () => Promise<{ benchmark: Benchmark }>> = {
  data: () => import("./bench/data.js"),
  engine: () => import("./bench/engine.js"),
  evaluate: () => import("./bench/evaluate.js"),
  kernel: () => import("./bench/kernel.js"),
  reports: () => import("./bench/reports.js"),
  step: () => import("./bench/step.js"),
  study: () => import("./bench/study.js"),
};

export default command(module, {
  name: "bench",
  says: "measure beside peers; works in the checkout",
  words: "NAME",
  verbs: Object.keys(benchmarks),
  about: `  NAME   ${Object.keys(benchmarks).join(" | ")}

  Ratios above 1 speak for ours. Sides are measured in turns; a peer that is not installed is said to be absent.`,
  options: {
    json,
    python: { type: "string", description: "the Python that has the peers (or NJEPA_PEER_PYTHON)" },
    rounds: { type: "string", default: "5", description: "turns of each side; medians are shown" },
    only: { type: "string", description: "the rows whose name contains this" },
  },
  async run(values, [name, ...rest]) {
    const load = Object.hasOwn(benchmarks, name ?? "") ? benchmarks[name as string] : undefined;
    if (!load || rest.length > 0)
      throw new CliError(`one of ${Object.keys(benchmarks).join(", ")}, got ${name ?? "none"}`);
    const rounds = Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) throw new CliError(`--rounds expects a count, got ${values.rounds}`);
    const before = loads();
    const { benchmark } = await load();
    const python = values.python || process.env.NJEPA_PEER_PYTHON || "python3";
    const rows = await benchmark({ rounds, python, only: values.only ?? "" });
    const result = { name, machine: machine(), load: [...before, ...loads()], rows };
    return print(values.json ? JSON.stringify(result, null, 2) : tableOf(result));
  },
});
