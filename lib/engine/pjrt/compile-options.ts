/**
 * A serialized CompileOptionsProto (xla/pjrt/proto/compile_options.proto): `executable_build_options` is field 3, in it
 * `device_ordinal` 1 (−1: the client's choice), `num_replicas` 4, `num_partitions` 5.
 */
export function compileOptions(replicas = 1): Uint8Array {
  const ordinal = [0x08, ...Array(9).fill(0xff), 0x01];
  const build = [...ordinal, 0x20, replicas, 0x28, 1];
  return Uint8Array.from([0x1a, build.length, ...build]);
}
