/** Compile the programs of training and feature extraction for GPUs that are not here.  Exit 0 every check holds, 1 one does not, 2 bad usage. */
import { parseRun, type RunInput, ready } from "njepa";
import { command, print } from "njepa/command-line";
import { compileForGpu, type GpuProgram, type LoweredProgram } from "njepa/engine";
import { lowerFeatures } from "njepa/evaluate";
import { formatBytes } from "njepa/system";
import { lowerStep } from "njepa/train";

const paper = { preset: "paper-100", objective: { lambdaNT: 0.1, lambdaCN: 0.1 } } as const;
const huge = { embedDim: 1280, depth: 32, numHeads: 16, patchSize: 14, predictorEmbedDim: 384, predictorDepth: 12 };

const step = (input: RunInput) => () => {
  const { crops, gradients, update } = lowerStep(parseRun(input));
  return [...(crops ? [crops] : []), gradients, update];
};
const features = (input: RunInput, images: number) => () => [lowerFeatures(parseRun(input), images)];

const cases: Record<string, () => LoweredProgram[]> = {
  "demo, batch 64, float32": step({ preset: "demo" }),
  "demo, features of 500": features({ preset: "demo" }, 500),
  "ViT-B/16, batch 128, bfloat16": step({ ...paper, optimizer: { batchSize: 128 }, train: { precision: "bfloat16" } }),
  "ViT-B/16, features of 500": features(paper, 500),
  "ViT-B/16, batch 128, float32": step({ ...paper, optimizer: { batchSize: 128 }, train: { precision: "float32" } }),
  "ViT-H/14, batch 32, bfloat16": step({
    ...paper,
    model: huge,
    optimizer: { batchSize: 32 },
    train: { precision: "bfloat16" },
  }),
  "ViT-H/14, features of 100": features({ ...paper, model: huge }, 100),
};

const targets = ["H100", "A100"] as const;
const size = (bytes: number | null) => (bytes === null ? "unknown" : formatBytes(bytes));

function line({ name, seconds, memory, products, flops, leastSeconds, mostImages }: GpuProgram): string {
  const { library, triton, other } = products;
  const most = mostImages === null ? "" : `; at most ${mostImages} images fit 80 GB`;
  return (
    `  ${name.padEnd(10)} compiled in ${seconds.toFixed(0)} s: arguments ${size(memory.arguments)}, temporaries ` +
    `${size(memory.temporaries)}, aliased ${size(memory.aliased)}, peak ${size(memory.peak)}${most}; products: ` +
    `${library} library, ${triton} Triton, ${other} other, ${(flops / 1e12).toPrecision(3)} TFLOP; at least ` +
    `${(1000 * leastSeconds).toPrecision(3)} ms (estimate)`
  );
}

export default command(module, {
  name: "test:gpu-compile",
  says: "compile training programs for GPUs that are not here",
  about: "  Uses the CUDA 13 plugin of PJRT, which compiles without a GPU. Nothing is run, so no speed is measured.",
  options: {
    only: { type: "string", default: "", description: "cases whose name contains this" },
    target: { type: "string", default: "", description: "H100 or A100; default: both" },
  },
  async run({ only = "", target: wanted = "" }) {
    await ready({ device: "cpu" });
    let [passed, failed] = [0, 0];
    for (const [name, lowered] of Object.entries(cases).filter(([name]) => name.includes(only))) {
      for (const target of targets.filter((target) => target.includes(wanted))) {
        print(`${name} on an ${target}`);
        for (const program of lowered()) {
          try {
            const compiled = await compileForGpu(program, target);
            print(line(compiled));
            for (const { what, holds } of compiled.checks) {
              if (holds) passed++;
              else failed++;
              if (!holds) print(`  FAILED ${program.name}: ${what}`);
            }
          } catch (error) {
            failed++;
            print(`  FAILED ${program.name}: ${(error as Error).message.slice(0, 2000)}`);
          }
        }
      }
    }
    print(`${passed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  },
});
