import { OUR_FLAGS, xlaFlags } from "../native/xla-flags";

/** XLA's flags by their names (xla/xla.proto, DebugOptions), for one program. Numbers are below 128. */
export type XlaFlags = Readonly<Record<string, boolean | string | number>>;

/** XLA's default, since a plugin reads the environment's flags too, where ours are meant for TensorFlow alone. */
const defaultLevel = (): XlaFlags => (xlaFlags() === OUR_FLAGS ? { xla_backend_optimization_level: 3 } : {});

/** By default XLA takes the liberty of not rounding to bfloat16 where it would only have to widen again. */
const AS_WRITTEN: XlaFlags = { xla_allow_excess_precision: false };

/**
 * Flags that allow on a GPU only kernels giving the same bits every time: by default, a scatter adds in the order in
 * which threads arrive. Triton's kernels, which add in a fixed order, are excluded too unless requested.
 */
export const SAME_BITS: XlaFlags = {
  ...AS_WRITTEN,
  xla_gpu_exclude_nondeterministic_ops: true,
  xla_gpu_experimental_deterministic_ops_triton: "DETERMINISTIC_OPS_TRITON_MODE_UNCHECKED",
};

/** Flags on a CPU. By default its maximum and minimum drop NaN, as no eager op does. */
export const KEEPING_NAN: XlaFlags = { ...AS_WRITTEN, xla_cpu_enable_fast_min_max: false };

/**
 * What an older plugin has in place of an experimental flag. One that cannot be told that Triton's kernels are wanted refuses
 * every product that it had planned for them: it may plan none.
 */
const OLDER: Readonly<Record<string, XlaFlags>> = {
  xla_gpu_experimental_deterministic_ops_triton: { xla_gpu_enable_triton_gemm: false },
};

/** The result of compiling with flags; an experimental flag that this plugin does not have is replaced or dropped. */
export async function withFlags<Result>(
  flags: XlaFlags,
  compile: (options: Uint8Array) => Promise<Result>,
): Promise<Result> {
  try {
    return await compile(compileOptions({ ...defaultLevel(), ...flags }));
  } catch (error) {
    const [, unknown] = /No such compile option: '(xla_\w*experimental\w*)'/.exec((error as Error).message) ?? [];
    if (unknown === undefined || !Object.hasOwn(flags, unknown)) throw error;
    const { [unknown]: _, ...known } = flags;
    return withFlags({ ...known, ...OLDER[unknown] }, compile);
  }
}

/**
 * A serialized CompileOptionsProto (xla/pjrt/proto/compile_options.proto): `executable_build_options` is field 3, and
 * in it `device_ordinal` is 1 (−1: the client's choice), `num_replicas` 4, `num_partitions` 5; `env_option_overrides`
 * is 7, a map to messages whose `string_field` is 1, `bool_field` 2 and `int_field` 3.
 */
export function compileOptions(flags: XlaFlags = {}, replicas = 1): Uint8Array {
  const ordinal = [0x08, ...Array(9).fill(0xff), 0x01];
  const build = [...ordinal, 0x20, replicas, 0x28, 1];
  const overrides = Object.entries(flags).flatMap(([name, value]) => {
    const set = typeof value === "string" ? message(0x0a, Buffer.from(value)) : scalar(value);
    return message(0x3a, [...message(0x0a, Buffer.from(name)), ...message(0x12, set)]);
  });
  return Uint8Array.from([...message(0x1a, build), ...overrides]);
}

const scalar = (value: boolean | number): number[] =>
  typeof value === "boolean" ? [0x10, value ? 1 : 0] : [0x18, value];

/** A length-delimited field: its tag, the number of bytes (below 2¹⁴), and the bytes. */
function message(tag: number, bytes: Iterable<number>): number[] {
  const all = [...bytes];
  const length = all.length < 128 ? [all.length] : [(all.length & 127) | 128, all.length >> 7];
  return [tag, ...length, ...all];
}
