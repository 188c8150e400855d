import type { EngineInfo } from "../../engine";

/** What a result says of the engine that made it: an accelerator is PJRT's, and TensorFlow knows the CPU alone. */
export function engineFacts({ tensorflow, devices, device, pjrt }: EngineInfo) {
  const threads = Number(process.env.TF_NUM_INTRAOP_THREADS);
  const name =
    device === "gpu" ? pjrt?.devices[0]?.kind : devices.find(({ type }) => type.toLowerCase() === device)?.name;
  return {
    tensorflow,
    device: name ? `${device} (${name})` : device,
    threads: Number.isInteger(threads) && threads > 0 ? threads : null,
  };
}
