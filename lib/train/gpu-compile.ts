import type { Run } from "../config";
import { type CompiledMemory, compileForTarget, type GpuTarget, gpuTargets } from "../engine";
import { lowerStep } from "./lower-step";
import { productFlops } from "./program-cost";

/** One thing that must hold of a compiled program. */
export interface GpuCheck {
  what: string;
  holds: boolean;
}

/** A program as it was compiled for a GPU that is not here. */
export interface GpuProgram {
  program: string;
  seconds: number;
  memory: CompiledMemory;
  /** Operations of all its products of matrices. */
  flops: number;
  /** The least seconds that the GPU's products and memory allow: an estimate, no measurement. */
  leastSeconds: number;
  checks: GpuCheck[];
}

/** Compiles a run's gradients and update for a GPU, and looks at what became of them. */
export async function compileStepForGpu(run: Run, target: keyof typeof gpuTargets): Promise<GpuProgram[]> {
  const { gradients, update, parameters } = lowerStep(run);
  const isBfloat16 = run.train.precision === "bfloat16";
  const ofGradients = await compiled("gradients", gradients, target);
  ofGradients.checks.push(
    { what: "its products are library or Triton calls", holds: ofGradients.calls > 0 },
    {
      what: `its products are of ${run.train.precision}`,
      holds: isBfloat16 === /stablehlo\.dot_general [^\n]*xbf16>/.test(gradients),
    },
  );
  const ofUpdate = await compiled("update", update, target);
  // Student, two moments and at least a share of it for the teacher.
  const state = 3 * 4 * parameters;
  ofUpdate.checks.push({
    what: "variables become their next values in place",
    holds: ofUpdate.memory.aliased >= state,
  });
  return [ofGradients, ofUpdate];
}

async function compiled(program: string, text: string, target: keyof typeof gpuTargets) {
  const began = performance.now();
  const { memory, optimized } = await compileForTarget(text, target);
  const seconds = (performance.now() - began) / 1000;
  const code = Buffer.from(optimized).toString("latin1");
  const flops = productFlops(text);
  const { peakFlops, bytesPerSecond }: GpuTarget = gpuTargets[target];
  const moved = memory.arguments + memory.results;
  return {
    program,
    seconds,
    memory,
    flops,
    leastSeconds: Math.max(flops / peakFlops, moved / bytesPerSecond),
    calls: (code.match(/__cublas\$|__triton/g) ?? []).length,
    checks: [
      { what: "nothing is computed in float64", holds: !/xf64>|tensor<f64>/.test(text) },
      { what: "nothing is sent to the host", holds: !/\b(infeed|outfeed|HostSend|HostRecv|MoveToHost)\b/.test(code) },
    ] as GpuCheck[],
  };
}
