import { type PresetName, presets, type Run } from "../config";
import { formatBytes } from "../system";
import type { RunCost, RunLength } from "../train";

/** A run as parsed and what it would cost, as lines of text. */
export function dryRunText(run: Run, facts: RunLength & RunCost & { images: number }): string {
  const { images, steps, stepsPerEpoch, parameters, flopsPerStep, stateBytes, stepBytes } = facts;
  const { time, machine } = presets[run.preset as PresetName];
  const lines: [string, string][] = [
    ["images", `${images} of ${run.data.name}, ${run.optimizer.batchSize} a step`],
    ["length", `${steps} steps, ${stepsPerEpoch} an epoch`],
    ["parameters", `${parameters} are trained`],
    ["cost", `${power(flopsPerStep)} FLOP of matrix products a step, ${power(flopsPerStep * steps)} in all`],
    ["memory", `${formatBytes(stateBytes)} of weights and moments, at most ${formatBytes(stepBytes)} more in a step`],
    ["preset", `${run.preset}: ${time}; ${machine}`],
  ];
  return [JSON.stringify(run, null, 2), "", ...lines.map(([name, says]) => `${name.padEnd(12)}${says}`)].join("\n");
}

const power = (value: number) => value.toExponential(1).replace("e+", "·10^");
