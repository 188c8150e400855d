import { productFlops } from "../lowering/program-cost";
import { HLO_TYPES, type HloComputation, type HloInstruction, readHlo } from "./hlo";
import { type CompiledMemory, compileForTarget, type GpuTarget, gpuTargets } from "./target";

/** A program to be compiled for a GPU, and what is required of it. */
export interface LoweredProgram {
  /** Such as `gradients`. */
  name: string;
  stablehlo: string;
  /** Precision required of its products; null if it has none. */
  products: "float32" | "bfloat16" | null;
  /** Bytes of its arguments that must become results in place. */
  aliased: number;
  /** Images it processes at once; null if its size does not depend on them. */
  images: number | null;
  /** Bytes of other data on the device while it runs. */
  beside: number;
}

/** One requirement on a compiled program. */
export interface GpuCheck {
  what: string;
  holds: boolean;
}

/** A program as compiled for a GPU that is not here. */
export interface GpuProgram {
  name: string;
  seconds: number;
  memory: CompiledMemory;
  /** Its matrix products by what computes them: a kernel from NVIDIA's library, from Triton, or neither. */
  products: { library: number; triton: number; other: number };
  /** Arithmetic operations in all its products. */
  flops: number;
  /** Lower bound in seconds from the GPU's product rate and memory bandwidth: an estimate, not a measurement. */
  leastSeconds: number;
  /** Images that fit in the GPU's memory, as temporaries grow with their number; null if nothing depends on it. */
  mostImages: number | null;
  checks: GpuCheck[];
}

/** A program compiled for a GPU by the CUDA 13 plugin, with checks of the outcome. Nothing is run. */
export async function compileForGpu(program: LoweredProgram, target: keyof typeof gpuTargets): Promise<GpuProgram> {
  const { name, stablehlo, images, beside } = program;
  const began = performance.now();
  const { memory, optimized } = await compileForTarget(stablehlo, target);
  const seconds = (performance.now() - began) / 1000;
  const computations = readHlo(optimized);
  const products = productsOf(computations);
  const flops = productFlops(stablehlo);
  const { peakFlops, peakFloat32Flops, bytesPerSecond, memoryBytes }: GpuTarget = gpuTargets[target];
  const peak = program.products === "bfloat16" ? peakFlops : peakFloat32Flops;
  const moved = memory.arguments + memory.results;
  const fixed = memory.arguments + memory.results - memory.aliased + beside;
  return {
    name,
    seconds,
    memory,
    products: countsOf(products),
    flops,
    leastSeconds: Math.max(flops / peak, moved / bytesPerSecond),
    mostImages: images === null ? null : Math.floor(((memoryBytes - fixed) * images) / Math.max(1, memory.temporaries)),
    checks: checksOf(program, computations, memory),
  };
}

/** Whether a compiled program is what was required of it. */
export function checksOf(
  program: LoweredProgram,
  computations: readonly HloComputation[],
  memory: Pick<CompiledMemory, "aliased">,
): GpuCheck[] {
  return [
    ...productChecks(program, productsOf(computations)),
    { what: "nothing is computed in float64", holds: !has(computations, isDouble) },
    { what: "nothing is sent to the host or comes from it", holds: !has(computations, isTransfer) },
    ...(program.aliased > 0
      ? [{ what: "variables become their next values in place", holds: memory.aliased >= program.aliased }]
      : []),
  ];
}

interface Product {
  by: "library" | "triton" | "other";
  isBfloat16: boolean;
}

function productsOf(computations: readonly HloComputation[]): Product[] {
  const byTriton = new Set<number>();
  for (const { instructions } of computations) {
    for (const { config, calls } of instructions)
      if (/"kind":"__triton/.test(config)) for (const id of calls) byTriton.add(id);
  }
  const made: Product[] = [];
  for (const { id, instructions } of computations) {
    const types = new Map(instructions.map((one) => [one.id, one.types]));
    for (const one of instructions) {
      const isLibrary = one.opcode === "custom-call" && /^__(cublas|cudnn)\$/.test(one.target);
      if (one.opcode !== "dot" && !isLibrary) continue;
      const isBfloat16 = one.operands.slice(0, 2).every((operand) => types.get(operand)?.[0] === HLO_TYPES.bfloat16);
      made.push({ by: isLibrary ? "library" : byTriton.has(id) ? "triton" : "other", isBfloat16 });
    }
  }
  return made;
}

function countsOf(products: readonly Product[]): GpuProgram["products"] {
  const count = (kind: Product["by"]) => products.filter(({ by }) => by === kind).length;
  return { library: count("library"), triton: count("triton"), other: count("other") };
}

function productChecks({ products: wanted, stablehlo }: LoweredProgram, products: readonly Product[]): GpuCheck[] {
  if (wanted === null) return [];
  const rounded = products.filter(({ isBfloat16 }) => isBfloat16).length;
  // Equal products are merged and small ones become sums: fewer may remain, but no float32 ones beyond those requested.
  const inFloat32 = (stablehlo.match(/stablehlo\.dot_general [^\n]*\(tensor<(?:\d+x)*f32>/g) ?? []).length;
  return [
    {
      what: "its products are calls of NVIDIA's library or Triton's",
      holds: products.length > 0 && products.every(({ by }) => by !== "other"),
    },
    {
      what: `its products are of ${wanted}`,
      holds: wanted === "float32" ? rounded === 0 : rounded > 0 && products.length - rounded <= inFloat32,
    },
  ];
}

const has = (computations: readonly HloComputation[], is: (one: HloInstruction) => boolean): boolean =>
  computations.some(({ instructions }) => instructions.some(is));

const isDouble = ({ types }: HloInstruction): boolean =>
  types.some((type) => type === HLO_TYPES.float64 || type === HLO_TYPES.complex128);

const isTransfer = ({ opcode, target }: HloInstruction): boolean =>
  /^(infeed|outfeed|send|recv)/.test(opcode) || /callback|MoveToHost|MoveToDevice/.test(target);
