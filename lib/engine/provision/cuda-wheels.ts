import type { PinnedWheel } from "./pinned-wheel";

/**
 * NVIDIA's libraries that JAX's CUDA 13 plugin opens on a GPU, among those its package requires: it names no function of
 * cuSOLVER or cuSPARSE, and NVSHMEM only for several machines. All of them run on driver 580.65.06 or newer.
 */
export const cuda13Wheels: readonly PinnedWheel[] = [
  {
    package: "nvidia-cublas",
    version: "13.10.0.20",
    platformTag: "manylinux1_x86_64",
    sha256: "dcc6d63884c53d07e267ce7e6feac17b2538cebaafec5db865736c3e28e4dc84",
    bytes: 444_289_903,
    unpackedBytes: 609_744_238,
  },
  {
    package: "nvidia-cuda-cupti",
    version: "13.5.25",
    platformTag: "manylinux_2_25_x86_64",
    sha256: "9dcca41c12a734192b14e7128ae116bc9ce1b9da686e2ebf48ae7a4415f76650",
    bytes: 12_592_974,
    unpackedBytes: 50_116_894,
  },
  {
    package: "nvidia-cuda-nvrtc",
    version: "13.5.37",
    platformTag: "manylinux2010_x86_64",
    sha256: "86b4d68058807988b7d9af5b44917a0601e9c337f35ccd657bfb3c759ff8d8bc",
    bytes: 58_185_930,
    unpackedBytes: 148_491_222,
  },
  {
    package: "nvidia-cuda-runtime",
    version: "13.5.37",
    platformTag: "manylinux2014_x86_64",
    sha256: "df2b79a8852f10d1fef8c848489c49eebb5754051bf870202a862831412b179d",
    bytes: 2_504_024,
    unpackedBytes: 865_982,
  },
  {
    package: "nvidia-cudnn-cu13",
    version: "9.28.1.4",
    platformTag: "manylinux_2_27_x86_64",
    sha256: "a54f205b1db1f2895d99f398754db1369816f0569dd459731f925635cf7b65ec",
    bytes: 516_817_937,
    unpackedBytes: 940_131_302,
  },
  {
    package: "nvidia-cufft",
    version: "12.5.0.14",
    platformTag: "manylinux2014_x86_64",
    sha256: "b8be26837a5abad2b5b74f3e92dd29f622a42934b355be0961a48712cbba23ad",
    bytes: 165_072_555,
    unpackedBytes: 239_144_606,
  },
  {
    package: "nvidia-nccl-cu13",
    version: "2.32.3",
    platformTag: "manylinux_2_27_x86_64",
    sha256: "1459723080ac889d73a26edfa3e04383a7928ab31ac8f0ec43b3ea9548b04ff3",
    bytes: 305_100_071,
    unpackedBytes: 359_896_355,
  },
  {
    package: "nvidia-nvjitlink",
    version: "13.5.37",
    platformTag: "manylinux2010_x86_64",
    sha256: "280d7cb9649704145f074b8dbde500de04ce02d0872e066e20a83c17bcaa93eb",
    bytes: 46_642_491,
    unpackedBytes: 117_306_726,
  },
];

/** The same for CUDA 12, update 12.9.1, on driver 525.60.13 or newer. */
export const cuda12Wheels: readonly PinnedWheel[] = [
  {
    package: "nvidia-cublas-cu12",
    version: "12.9.1.4",
    platformTag: "manylinux_2_27_x86_64",
    sha256: "453611eb21a7c1f2c2156ed9f3a45b691deda0440ec550860290dc901af5b4c2",
    bytes: 581_242_350,
    unpackedBytes: 855_100_704,
  },
  {
    package: "nvidia-cuda-cupti-cu12",
    version: "12.9.79",
    platformTag: "manylinux_2_25_x86_64",
    sha256: "096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f",
    bytes: 10_814_997,
    unpackedBytes: 43_365_768,
  },
  {
    package: "nvidia-cuda-nvrtc-cu12",
    version: "12.9.86",
    platformTag: "manylinux2010_x86_64",
    sha256: "210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4",
    bytes: 89_568_129,
    unpackedBytes: 227_340_992,
  },
  {
    package: "nvidia-cuda-runtime-cu12",
    version: "12.9.79",
    platformTag: "manylinux2014_x86_64",
    sha256: "25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3",
    bytes: 3_493_179,
    unpackedBytes: 741_088,
  },
  {
    package: "nvidia-cudnn-cu12",
    version: "9.10.2.21",
    platformTag: "manylinux_2_27_x86_64",
    sha256: "949452be657fa16687d0930933f032835951ef0892b37d2d53824d1a84dc97a8",
    bytes: 706_758_467,
    unpackedBytes: 1_053_232_960,
  },
  {
    package: "nvidia-cufft-cu12",
    version: "11.4.1.4",
    platformTag: "manylinux2014_x86_64",
    sha256: "c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28",
    bytes: 200_877_592,
    unpackedBytes: 293_609_416,
  },
  {
    package: "nvidia-nccl-cu12",
    version: "2.27.7",
    platformTag: "manylinux2014_x86_64",
    sha256: "de5ba5562f08029a19cb1cd659404b18411ed0d6c90ac5f52f30bf99ad5809aa",
    bytes: 322_546_339,
    unpackedBytes: 430_126_192,
  },
  {
    package: "nvidia-nvjitlink-cu12",
    version: "12.9.86",
    platformTag: "manylinux2010_x86_64",
    sha256: "e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9",
    bytes: 39_748_338,
    unpackedBytes: 95_935_344,
  },
];

/** Whether a file is needed: libraries, ptxas and libdevice for XLA, licenses; no headers, static libraries or Python. */
export function isWanted(name: string): boolean {
  if (/^[^/]+\.dist-info\/(licenses\/)?license\.txt$/i.test(name)) return true;
  return /^nvidia\/\w+\/(lib|bin|nvvm)\//.test(name) && !/\.(a|py|h)$/.test(name);
}
