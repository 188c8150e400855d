import { cuda12Wheels, cuda13Wheels } from "./cuda-wheels";
import type { PinnedWheel } from "./pinned-wheel";

/** What a PJRT plugin computes on. Tested: running on cpu, compiling with cuda13. The last four need an install or path. */
export type PluginKind = "cpu" | "cuda13" | "cuda12" | "rocm" | "oneapi" | "metal" | "tpu";

/** A plugin that can be fetched, its own wheel first. */
export interface PluginBuild {
  kind: PluginKind;
  machine: string;
  /** The plugin's path inside its wheel, and so in the cache. */
  library: string;
  wheels: readonly PinnedWheel[];
  /** NVIDIA's libraries, which it opens only to run on a GPU, not to compile for one. */
  runtime: readonly PinnedWheel[];
}

export const pluginBuilds: readonly PluginBuild[] = [
  {
    kind: "cpu",
    machine: "linux-x64",
    library: "lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so",
    wheels: [
      {
        package: "lammps-jax-pjrt-cpu",
        version: "0.11.2",
        platformTag: "manylinux_2_27_x86_64",
        sha256: "1319390d948b39f69f7dade496b7c385149d9ca6097a6b62114da113216d9ad1",
        bytes: 62_711_338,
        unpackedBytes: 201_865_339,
      },
    ],
    runtime: [],
  },
  {
    // With NVIDIA's compiler parts, which it opens two folders above itself, like the libraries.
    kind: "cuda13",
    machine: "linux-x64",
    library: "jax_plugins/xla_cuda13/xla_cuda_plugin.so",
    wheels: [
      {
        package: "jax-cuda13-pjrt",
        version: "0.12.0.1",
        platformTag: "manylinux_2_27_x86_64",
        sha256: "5899bb6177eda86ea532afb9a26794f2bdd04966f6a01f9028266b16c2b6cf90",
        bytes: 134_922_808,
        unpackedBytes: 395_990_587,
      },
      {
        package: "nvidia-nvvm",
        version: "13.5.37",
        platformTag: "manylinux2010_x86_64",
        sha256: "c41bfa362e407405163f103c2229f0765f8cc2ed7d148b754dc77f228bf7e070",
        bytes: 75_141_406,
        unpackedBytes: 177_531_199,
      },
      {
        package: "nvidia-cuda-nvcc",
        version: "13.5.37",
        platformTag: "manylinux2014_x86_64",
        sha256: "f5c4f7ead5d964fb4af42bbf1e6d3ec3c1e6e9d83b53749f691d387e7fcaa3a7",
        bytes: 47_028_279,
        unpackedBytes: 149_680_561,
      },
    ],
    runtime: cuda13Wheels,
  },
  {
    // The same for CUDA 12; untested.
    kind: "cuda12",
    machine: "linux-x64",
    library: "jax_plugins/xla_cuda12/xla_cuda_plugin.so",
    wheels: [
      {
        package: "jax-cuda12-pjrt",
        version: "0.12.0.1",
        platformTag: "manylinux_2_27_x86_64",
        sha256: "5ec28e06198d094031c37590b4ea753ae8cde4879ab4b60baf40f0dffb673286",
        bytes: 191_846_358,
        unpackedBytes: 486_619_307,
      },
      {
        package: "nvidia-cuda-nvcc-cu12",
        version: "12.9.86",
        platformTag: "manylinux2010_x86_64",
        sha256: "5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0",
        bytes: 40_546_229,
        unpackedBytes: 97_998_760,
      },
    ],
    runtime: cuda12Wheels,
  },
];

/** Where an installed Python package has its plugin, below `site-packages`. */
export const installedPlugins: Record<PluginKind, readonly string[]> = {
  cpu: ["lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so", "xla_plugins/xla_cpu_pjrt/xla_cpu_pjrt.so"],
  cuda13: ["jax_plugins/xla_cuda13/xla_cuda_plugin.so"],
  cuda12: ["jax_plugins/xla_cuda12/xla_cuda_plugin.so"],
  rocm: ["jax_plugins/xla_rocm7/xla_rocm_plugin.so", "jax_plugins/xla_rocm60/xla_rocm_plugin.so"],
  oneapi: ["jax_plugins/intel_extension_for_openxla/pjrt_plugin_xpu.so"],
  metal: ["jax_plugins/metal_plugin/pjrt_plugin_metal_14.dylib"],
  tpu: ["libtpu/libtpu.so"],
};
