import type { Pointer } from "../native/pointer";
import { withStderrLog } from "../native/stderr-log";
import { findPjrtPlugin } from "../provision";
import { Arena } from "./arena";
import { PjrtApi } from "./c-api";
import { SAME_BITS, withFlags } from "./compile-options";
import { gpuTargets } from "./gpu-targets";

export { type GpuTarget, gpuTargets } from "./gpu-targets";

/** A program's use of device memory according to the compiler, in bytes. */
export interface CompiledMemory {
  code: number;
  arguments: number;
  results: number;
  /** The part of the arguments' memory that results reuse. */
  aliased: number;
  temporaries: number;
  /** Peak usage; null where the plugin does not report it. */
  peak: number | null;
}

let compiler: Promise<PjrtApi> | null = null;

/**
 * Compiles a program for a GPU that is not here, with the CUDA 13 plugin; it cannot be run.
 *
 * @returns its use of GPU memory, and the optimized program as serialized HLO
 * @throws {PjrtError} when the compiler refuses it
 */
export async function compileForTarget(
  stablehlo: string,
  target: keyof typeof gpuTargets,
): Promise<{ memory: CompiledMemory; optimized: Uint8Array }> {
  compiler ??= findPjrtPlugin("cuda13", { use: "compile" }).then(({ path }) => withStderrLog(() => new PjrtApi(path)));
  const api = await compiler;
  const arena = new Arena();
  try {
    const topology = topologyOf(api, arena, target);
    const code = arena.putText(stablehlo);
    const format = arena.putText("mlir");
    const program = arena.put(BigUint64Array.of(48n, 0n, code.at, BigInt(code.bytes), format.at, BigInt(format.bytes)));
    const executable = await withFlags(SAME_BITS, async (options) => {
      const fields = [topology, program, arena.put(options), options.length, 0, 0];
      return (await api.callAsync("Compile", `to compile for an ${target}`, fields)).pointer(5);
    });
    try {
      return { memory: memoryOf(api, executable), optimized: optimizedOf(api, arena, executable) };
    } finally {
      api.call("Executable_Destroy", "a program", [executable]);
    }
  } finally {
    arena.free();
  }
}

/** A topology of one GPU, made from its description alone. */
function topologyOf(api: PjrtApi, arena: Arena, target: keyof typeof gpuTargets): Pointer {
  const named = (name: string, value: string) => {
    const [key, text] = [arena.putText(name), arena.putText(value)];
    return [56n, 0n, key.at, BigInt(key.bytes), 0n, text.at, BigInt(text.bytes)];
  };
  const options = arena.put(
    BigUint64Array.from([...named("topology", "1x1x1"), ...named("target_config", gpuTargets[target].config)]),
  );
  const name = arena.putText(target);
  return api
    .call("TopologyDescription_Create", `the description of an ${target}`, [name.at, name.bytes, options, 2, 0])
    .pointer(4);
}

function memoryOf(api: PjrtApi, executable: Pointer): CompiledMemory {
  const answer = api.call("Executable_GetCompiledMemoryStats", "a program's memory", [
    executable,
    ...Array(11).fill(0),
  ]);
  const [code, args, results, aliased, temporaries] = [1, 2, 3, 4, 5].map((field) => answer.number(field)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { code, arguments: args, results, aliased, temporaries, peak: answer.number(11) || null };
}

function optimizedOf(api: PjrtApi, arena: Arena, executable: Pointer): Uint8Array {
  const empty = arena.put(BigUint64Array.of(48n, 0n, 0n, 0n, 0n, 0n));
  api.call("Executable_OptimizedProgram", "the optimized program", [executable, empty]);
  const size = new BigUint64Array(Arena.bytes(empty, 48).buffer)[3] as bigint;
  const code = arena.put(new Uint8Array(Number(size)));
  const filled = arena.put(BigUint64Array.of(48n, 0n, code, size, 0n, 0n));
  api.call("Executable_OptimizedProgram", "the optimized program", [executable, filled]);
  return Arena.bytes(code, Number(size));
}
