/** A GPU as XLA's compiler knows it (xla/stream_executor/device_description.proto), and its published limits. */
export interface GpuTarget {
  /** A GpuTargetConfigProto as text. */
  config: string;
  memoryBytes: number;
  /** Operations per second in bfloat16 products, and bytes of memory per second: best reached; A100: as published. */
  peakFlops: number;
  /** Operations per second in float32 products, without tensor cores: as published. */
  peakFloat32Flops: number;
  bytesPerSecond: number;
}

function configOf(fields: Record<string, number>, major: number, minor: number, name: string): string {
  const shared = {
    threads_per_block_limit: 1024,
    threads_per_warp: 32,
    shared_memory_per_block: 49152,
    threads_per_core_limit: 2048,
    block_dim_limit_x: 2147483647,
    block_dim_limit_y: 65535,
    block_dim_limit_z: 65535,
    registers_per_core_limit: 65536,
    registers_per_block_limit: 65536,
    ...fields,
  };
  const info = Object.entries(shared).map(([key, value]) => `${key}: ${value}`);
  return (
    `gpu_device_info { ${info.join(" ")} cuda_compute_capability { major: ${major} minor: ${minor} } } platform_name: "CUDA" ` +
    `dnn_version_info { major: 9 minor: 12 } runtime_version { major: 13 minor: 0 patch: 0 } device_description_str: "${name}"`
  );
}

export const gpuTargets = {
  H100: {
    config: configOf(
      {
        shared_memory_per_core: 233472,
        core_count: 132,
        fpus_per_core: 128,
        memory_bandwidth: 3352320000000,
        l2_cache_size: 52428800,
        clock_rate_ghz: 1.98,
        device_memory_size: 84929347584,
        shared_memory_per_block_optin: 232448,
      },
      9,
      0,
      "NVIDIA H100 80GB HBM3",
    ),
    memoryBytes: 80e9,
    peakFlops: 790e12,
    peakFloat32Flops: 67e12,
    bytesPerSecond: 3e12,
  },
  A100: {
    config: configOf(
      {
        shared_memory_per_core: 167936,
        core_count: 108,
        fpus_per_core: 64,
        memory_bandwidth: 2039000000000,
        l2_cache_size: 41943040,
        clock_rate_ghz: 1.41,
        device_memory_size: 85094039552,
        shared_memory_per_block_optin: 166912,
      },
      8,
      0,
      "NVIDIA A100-SXM4-80GB",
    ),
    memoryBytes: 80e9,
    peakFlops: 312e12,
    peakFloat32Flops: 19.5e12,
    bytesPerSecond: 2.04e12,
  },
} satisfies Record<string, GpuTarget>;
