import type { PinnedWheel } from "./pinned-wheel";

/**
 * NVIDIA's libraries for the CUDA build of TensorFlow 2.21, within the ranges of its extra `and-cuda`: CUDA 12.9
 * update 1, with the cuDNN 9.10 and the NCCL the extra allows. All of them run on driver 525.60.13 or newer.
 */
export const cudaWheels: readonly PinnedWheel[] = [
  nvidia(
    "cublas",
    "12.9.1.4",
    "manylinux_2_27_x86_64",
    581_242_350,
    855_100_704,
    "453611eb21a7c1f2c2156ed9f3a45b691deda0440ec550860290dc901af5b4c2",
  ),
  nvidia(
    "cuda-cupti",
    "12.9.79",
    "manylinux_2_25_x86_64",
    10_814_997,
    43_365_768,
    "096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f",
  ),
  nvidia(
    "cuda-nvcc",
    "12.9.86",
    "manylinux2010_x86_64",
    40_546_229,
    97_998_760,
    "5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0",
  ),
  nvidia(
    "cuda-nvrtc",
    "12.9.86",
    "manylinux2010_x86_64",
    89_568_129,
    227_340_992,
    "210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4",
  ),
  nvidia(
    "cuda-runtime",
    "12.9.79",
    "manylinux2014_x86_64",
    3_493_179,
    741_088,
    "25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3",
  ),
  nvidia(
    "cudnn",
    "9.10.2.21",
    "manylinux_2_27_x86_64",
    706_758_467,
    1_053_232_960,
    "949452be657fa16687d0930933f032835951ef0892b37d2d53824d1a84dc97a8",
  ),
  nvidia(
    "cufft",
    "11.4.1.4",
    "manylinux2014_x86_64",
    200_877_592,
    293_609_416,
    "c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28",
  ),
  nvidia(
    "curand",
    "10.3.10.19",
    "manylinux_2_27_x86_64",
    68_295_626,
    166_965_432,
    "49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e",
  ),
  nvidia(
    "cusolver",
    "11.7.5.82",
    "manylinux_2_27_x86_64",
    338_117_415,
    494_975_064,
    "15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88",
  ),
  nvidia(
    "cusparse",
    "12.5.10.65",
    "manylinux2014_x86_64",
    366_465_088,
    486_556_368,
    "73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78",
  ),
  nvidia(
    "nccl",
    "2.27.7",
    "manylinux2014_x86_64",
    322_546_339,
    430_126_192,
    "de5ba5562f08029a19cb1cd659404b18411ed0d6c90ac5f52f30bf99ad5809aa",
  ),
  nvidia(
    "nvjitlink",
    "12.9.86",
    "manylinux2010_x86_64",
    39_748_338,
    95_935_344,
    "e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9",
  ),
];

/** Whether a file is needed: libraries, ptxas and libdevice for XLA, licenses; no headers, static libraries or Python. */
export function isWanted(name: string): boolean {
  if (/^[^/]+\.dist-info\/(licenses\/)?license\.txt$/i.test(name)) return true;
  return /^nvidia\/\w+\/(lib|bin|nvvm)\//.test(name) && !/\.(a|py|h)$/.test(name);
}

function nvidia(
  part: string,
  version: string,
  platformTag: string,
  bytes: number,
  unpackedBytes: number,
  sha256: string,
): PinnedWheel {
  return { package: `nvidia-${part}-cu12`, version, platformTag, sha256, bytes, unpackedBytes };
}
