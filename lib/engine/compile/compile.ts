import type * as tf from "@tensorflow/tfjs-core";
import { EngineError, requireChoice } from "../../errors";
import type { Precision } from "../graph/precision";
import { requireUnbroken } from "../graph/value-checks";
import { startPjrt } from "../pjrt/start";
import { type BackendChoice, type Runtime, theRuntime } from "../runtime";
import type { ConcreteFunction, Started } from "./concrete-function";
import { requireDeterminism } from "./determinism";
import { pjrtFunction } from "./pjrt-function";
import type { TensorTree } from "./tensor-tree";
import { tensorflowFunction } from "./tensorflow-function";

export interface CompileOptions {
  /**
   * `tensorflow` compiles with TensorFlow's XLA, faster on a CPU; `pjrt` with an OpenXLA plugin for its device.
   * Default `auto`: the choice made in `ready`. `compiler: "graph"` exists only in TensorFlow.
   */
  backend?: BackendChoice;
  /** Shown in errors and progress; default: the function's own name. */
  name?: string;
  /** `xla` lets XLA fuse and compile the whole function; `graph` runs TensorFlow's ops one by one. Default `xla`. */
  compiler?: "xla" | "graph";
  /**
   * `bfloat16` rounds both operands of every matrix product to bfloat16 and accumulates in float32; variables, norms,
   * softmax and losses stay float32, and so do products inside `inFloat32`. PJRT's programs also keep in bfloat16 what
   * goes through `reducePrecision`. Default `float32`.
   */
  precision?: Precision;
  /**
   * Use only implementations that give the same bits every time, or fail. In TensorFlow this is process-wide: once
   * requested, it holds for everything compiled or run afterwards. On a CPU it is always so. Default false.
   */
  deterministic?: boolean;
  /** Throw on a NaN or infinity in an argument, at the cost of a scan; variables stay unchanged. Default false. */
  checkFinite?: boolean;
  /** The most signatures to compile; one more is an error, since each costs seconds and memory. Default 256. */
  maxSignatures?: number;
}

/** Options of a single call. */
export interface CallOptions {
  /** If aborted before the call's turn comes, the call is not made and rejects with the signal's reason. */
  signal?: AbortSignal;
  /**
   * Resolve as soon as the program is queued on its PJRT device: other functions take its results at once, and the host
   * gets ahead of the device. A failure is told by what takes or reads the results, and a check of values that fails by
   * the next call that is not queued. A function that assigns variables is awaited all the same. Default false.
   */
  queued?: boolean;
}

/** A function that runs as one TensorFlow call, captured once per signature of shapes and dtypes. */
export interface CompiledFunction<In extends TensorTree[], Out extends TensorTree> {
  (...inputs: In): Promise<Out>;
  /** The same function with call options: `await step.with({ signal })(batch)`. */
  with(options: CallOptions): (...inputs: In) => Promise<Out>;
  /** How many signatures have been captured so far. */
  signatures(): number;
  /** Number of ops in each captured signature, by op name, to see what a capture costs. */
  opCounts(): ReadonlyMap<string, number>[];
  /** Files with the PJRT programs compiled so far; `carryPrograms` copies them next to the results. */
  programs(): string[];
  /** Frees the captured functions and what they hold. */
  dispose(): void;
}

/** `compile` for functions of plain tensors: the compiled function takes tensors as separate arguments. */
export function compileTensors<In extends tf.Tensor[], Out extends TensorTree>(
  fn: (...inputs: In) => Out,
  options: CompileOptions = {},
): CompiledFunction<In, Out> {
  const {
    backend = "auto",
    compiler = "xla",
    precision = "float32",
    deterministic = false,
    checkFinite = false,
    maxSignatures = 256,
  } = options;
  requireChoice("backend", backend, ["auto", "tensorflow", "pjrt"]);
  requireChoice("compiler", compiler, ["xla", "graph"]);
  requireChoice("precision", precision, ["float32", "bfloat16"]);
  const label = (options.name ?? (fn.name || "function")).replace(/[^A-Za-z0-9]/g, "_");
  const signatures = new Map<string, ConcreteFunction<Out>>();
  let disposed = false;

  const concreteFor = (
    runtime: Runtime,
    inputs: In,
    ids: readonly number[],
  ): { signature: string; concrete: ConcreteFunction<Out> } => {
    const { eager, stats } = runtime;
    const specs = ids.map((id, at) => ({ shape: (inputs[at] as tf.Tensor).shape, dtype: eager.dtypeOf(id) }));
    const signature = specs.map(({ shape, dtype }) => `${dtype}[${shape}]`).join();
    const known = signatures.get(signature);
    if (known) {
      stats.cacheHits++;
      return { signature, concrete: known };
    }
    if (signatures.size >= maxSignatures) {
      throw new EngineError(
        `The compiled function ${label} was called with more than ${maxSignatures} signatures of shapes and dtypes, each ` +
          `compiled anew; the last was ${signature}. Pad its arguments to fewer shapes, or raise maxSignatures.`,
      );
    }
    if (deterministic) requireDeterminism(runtime);
    const began = performance.now();
    const { pjrt } = runtime;
    const settings = { label, compiler, precision, checkFinite };
    const concrete =
      pjrt !== null && usesPjrt(runtime)
        ? pjrtFunction(fn, { ...settings, device: pjrt.client.isCpu ? "cpu" : "gpu" }, specs, pjrt)
        : tensorflowFunction(fn, { ...settings, device: "cpu" }, specs);
    stats.captureSeconds += (performance.now() - began) / 1000;
    stats.signatures++;
    signatures.set(signature, concrete);
    return { signature, concrete };
  };

  const usesPjrt = ({ compiles }: Runtime) =>
    compiler === "xla" && (backend === "auto" ? compiles : backend) === "pjrt";

  const call = async (options: CallOptions, inputs: In): Promise<Out> => {
    options.signal?.throwIfAborted();
    const runtime = theRuntime();
    const { eager, stats } = runtime;
    if (disposed) throw new EngineError(`The compiled function ${label} was disposed.`);
    if (runtime.capture)
      throw new EngineError(
        `The compiled function ${label} was called inside another one; call the plain function there.`,
      );
    if (usesPjrt(runtime) && runtime.pjrt === null) await startPjrt();
    const ids = runtime.backend.getInputTensorIds(inputs);
    stats.compiledCalls++;
    const { signature, concrete } = concreteFor(runtime, inputs, ids);
    // A call that compiles may have to be repeated, so its arguments are held even if disposed meanwhile.
    const recover = concrete.isCompiled() ? null : concrete.recover;
    const held = recover ? ids.map((id) => eager.share(id).id) : [];
    try {
      return await callOnce(runtime, concrete, ids, options);
    } catch (error) {
      if (disposed || !recover?.(error as Error)) throw error;
      concrete.dispose();
      // Another call may have captured it anew.
      if (signatures.get(signature) === concrete) signatures.delete(signature);
      return await callOnce(runtime, concreteFor(runtime, inputs, held).concrete, held, options);
    } finally {
      for (const id of held) eager.forget(id);
    }
  };

  const checked = async ({ outputs, computed }: Started, concrete: ConcreteFunction<Out>, eager: Runtime["eager"]) => {
    const flags = outputs.slice(concrete.outputs);
    try {
      await computed;
      for (const { id } of flags) requireUnbroken(eager.read(id) as Uint8Array, concrete.checks, label);
    } finally {
      for (const { id } of flags) eager.forget(id);
    }
  };

  const callOnce = async (
    { backend, eager, mutex, queued }: Runtime,
    concrete: ConcreteFunction<Out>,
    ids: readonly number[],
    { signal, queued: isQueued = false }: CallOptions,
  ): Promise<Out> => {
    const prepared = concrete.prepare(ids);
    const run = async () => {
      if (signal?.aborted) prepared.abandon();
      signal?.throwIfAborted();
      const started = await prepared.run();
      const results = started.outputs.slice(0, concrete.outputs);
      const checking = checked(started, concrete, eager);
      checking.catch(() => {});
      if (isQueued && started.computed !== null) {
        queued.add(checking);
        return results;
      }
      try {
        await queued.settled();
        await checking;
      } catch (error) {
        for (const { id } of results) eager.forget(id);
        throw error;
      }
      return results;
    };
    const results = await (concrete.isExclusive ? mutex.runExclusive(run) : run());
    return concrete.rebuild(results.map((metadata) => backend.createOutputTensor(metadata)));
  };

  return Object.assign((...inputs: In) => call({}, inputs), {
    with:
      (callOptions: CallOptions) =>
      (...inputs: In) =>
        call(callOptions, inputs),
    signatures: () => signatures.size,
    opCounts: () => [...signatures.values()].map(({ opCounts }) => opCounts),
    programs: () => [...signatures.values()].flatMap((concrete) => concrete.keptAt() ?? []),
    dispose: () => {
      if (disposed) return;
      disposed = true;
      for (const concrete of signatures.values()) concrete.dispose();
      signatures.clear();
    },
  });
}
