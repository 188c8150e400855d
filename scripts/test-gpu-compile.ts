/** Compile training programs for GPUs that are not here.  Exit 0 every check holds, 1 one does not, 2 bad usage. */
import { parseRun, type RunInput, ready } from "njepa";
import { command, print } from "njepa/command-line";
import { compileStepForGpu, type GpuProgram } from "njepa/train";

const paper = { preset: "paper-100", objective: { lambdaNT: 0.1, lambdaCN: 0.1 } } as const;
const huge = { embedDim: 1280, depth: 32, numHeads: 16, patchSize: 14, predictorEmbedDim: 384, predictorDepth: 12 };

const cases: Record<string, RunInput> = {
  "demo, batch 64, float32": { preset: "demo" },
  "ViT-B/16, batch 128, float32": { ...paper, optimizer: { batchSize: 128 }, train: { precision: "float32" } },
  "ViT-B/16, batch 128, bfloat16": { ...paper, optimizer: { batchSize: 128 }, train: { precision: "bfloat16" } },
  "ViT-H/14, batch 32, bfloat16": {
    ...paper,
    model: huge,
    optimizer: { batchSize: 32 },
    train: { precision: "bfloat16" },
  },
};

const targets = ["H100", "A100"] as const;
const gigabytes = (bytes: number | null) => (bytes === null ? "?" : `${(bytes / 1e9).toFixed(2)} GB`);

function line({ program, seconds, memory, flops, leastSeconds }: GpuProgram): string {
  return (
    `  ${program.padEnd(10)} compiled in ${seconds.toFixed(0)} s: arguments ${gigabytes(memory.arguments)}, temporaries ` +
    `${gigabytes(memory.temporaries)}, aliased ${gigabytes(memory.aliased)}, peak ${gigabytes(memory.peak)}; ` +
    `${(flops / 1e12).toFixed(2)} TFLOP of products, at least ${(1000 * leastSeconds).toFixed(1)} ms (estimate)`
  );
}

export default command(module, {
  name: "test:gpu-compile",
  says: "compile training programs for GPUs that are not here",
  about: "  Uses the CUDA 13 plugin of PJRT, which compiles without a GPU. Nothing is run, so no speed is measured.",
  options: { only: { type: "string", default: "", description: "cases whose name contains this" } },
  async run(values) {
    await ready({ device: "cpu" });
    let [passed, failed] = [0, 0];
    for (const [name, input] of Object.entries(cases).filter(([name]) => name.includes(values.only ?? ""))) {
      const run = parseRun(input);
      for (const target of targets) {
        print(`${name} on an ${target}`);
        try {
          for (const program of await compileStepForGpu(run, target)) {
            print(line(program));
            for (const { what, holds } of program.checks) {
              if (holds) passed++;
              else failed++;
              if (!holds) print(`  FAILED ${program.program}: ${what}`);
            }
          }
        } catch (error) {
          failed++;
          print(`  FAILED ${(error as Error).message.slice(0, 2000)}`);
        }
      }
    }
    print(`${passed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  },
});
