import { totalmem } from "node:os";
import { ConfigError } from "../../errors";
import type { CApi } from "./c-api";
import type { Pointer } from "./pointer";
import { check } from "./status";

/** A device that TensorFlow found. */
export interface DeviceInfo {
  name: string;
  type: string;
  bytes: number;
}

/** Where compiled functions run: an accelerator if there is one, the CPU alone, or one GPU by its number. */
export type DeviceChoice = "auto" | "cpu" | "gpu" | `gpu:${number}`;

/** @throws {ConfigError} for a string that names no device */
export function requireDeviceChoice(device: string): asserts device is DeviceChoice {
  if (/^(auto|cpu|gpu|gpu:\d+)$/.test(device)) return;
  throw new ConfigError(`device: expected "auto", "cpu", "gpu" or "gpu:0", "gpu:1" and so on, got "${device}".`);
}

/** A serialized ConfigProto (tensorflow/core/protobuf/config.proto): `device_count` { key: "GPU" value: 0 }. */
const WITHOUT_GPU = Buffer.from([0x0a, 7, 0x0a, 3, ...Buffer.from("GPU"), 0x10, 0]);

/** TensorFlow's eager context on the CPU: accelerators are PJRT's. */
export function createContext(api: CApi): Pointer {
  const status = api.newStatus();
  const options = api.newContextOptions();
  try {
    api.setConfig(options, WITHOUT_GPU, WITHOUT_GPU.length, status);
    check(api, status, "the configuration");
    const context = api.newContext(options, status);
    check(api, status, "starting");
    return context;
  } finally {
    api.deleteContextOptions(options);
    api.deleteStatus(status);
  }
}

/** The devices that a context can use. */
export function listDevices(api: CApi, context: Pointer): DeviceInfo[] {
  const status = api.newStatus();
  const list = api.listDevices(context, status);
  try {
    check(api, status, "listing devices");
    return Array.from({ length: api.deviceCount(list) }, (_, index) => {
      const type = api.deviceType(list, index, status);
      // TensorFlow reports 256 MiB for every CPU.
      const bytes = type === "CPU" ? totalmem() : Number(api.deviceBytes(list, index, status));
      return { name: api.deviceName(list, index, status).replace(/^.*device:/, ""), type, bytes };
    });
  } finally {
    api.deleteDeviceList(list);
    api.deleteStatus(status);
  }
}
