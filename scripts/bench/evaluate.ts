/** Features, sweeps and studies against PyTorch and scikit-learn, on Fashion-MNIST at the size of the preset `demo`. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTrainState, openDataset, parseRun, ready } from "njepa";
import { agreementRows } from "./evaluate-agreement";
import { convergenceRows } from "./evaluate-convergence";
import { featureRows } from "./evaluate-features";
import type { EvaluateBench } from "./evaluate-side";
import { studyRows } from "./evaluate-study";
import { sweepRows } from "./evaluate-sweep";
import type { Benchmark, Row } from "./measure";
import { missingModules, Peer } from "./peer";

export const benchmark: Benchmark = async (options) => {
  await ready();
  const run = parseRun({ preset: "demo" });
  const missing = missingModules(options.python, ["torch", "sklearn"]);
  const script = join(process.cwd(), "scripts/reference/evaluate_peer.py");
  const folder = await mkdtemp(join(tmpdir(), "njepa-bench-"));
  const bench: EvaluateBench = {
    options,
    data: await openDataset(run.data),
    state: createTrainState(run),
    folder,
    peer: missing ? null : new Peer(options.python, [script]),
    absent: missing ? ` (absent: ${missing})` : "",
  };
  const parts = {
    features: featureRows,
    sweep: sweepRows,
    agreement: agreementRows,
    convergence: convergenceRows,
    study: studyRows,
  };
  try {
    const rows: Row[] = [];
    for (const [name, part] of Object.entries(parts))
      if (name.includes(options.only)) rows.push(...(await part(bench)));
    return rows;
  } finally {
    bench.peer?.stop();
    bench.state.dispose();
    await rm(folder, { recursive: true, force: true });
  }
};
