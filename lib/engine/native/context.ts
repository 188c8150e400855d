import { totalmem } from "node:os";
import { EngineError } from "../../errors";
import type { CApi } from "./c-api";
import type { Pointer } from "./pointer";
import { check } from "./status";

/** A device that TensorFlow found. */
export interface DeviceInfo {
  name: string;
  type: string;
  bytes: number;
}

/** Where ops run: the first GPU if there is one, the CPU alone, or one GPU by its number. */
export type DeviceChoice = "auto" | "cpu" | "gpu" | `gpu:${number}`;

/** @throws {EngineError} for a string that names no device */
export function requireDeviceChoice(device: string): asserts device is DeviceChoice {
  if (/^(auto|cpu|gpu|gpu:\d+)$/.test(device)) return;
  throw new EngineError(`device: expected "auto", "cpu", "gpu" or "gpu:0", "gpu:1" and so on, got "${device}".`);
}

/**
 * The serialized ConfigProto of a choice (tensorflow/core/protobuf/config.proto): `device_count` is field 1, a map;
 * `gpu_options` is field 6, and in it `allow_growth` is 4 and `visible_device_list` 5.
 *
 * Memory grows as needed: otherwise TensorFlow takes all of a GPU's memory at once, leaving none for others.
 */
export function configOf(device: DeviceChoice): Uint8Array {
  const field = (number: number, bytes: Buffer) => Buffer.concat([Buffer.of((number << 3) | 2, bytes.length), bytes]);
  const allowGrowth = Buffer.of(0x20, 1);
  if (device === "cpu") {
    const noGpu = Buffer.concat([field(1, Buffer.from("GPU")), Buffer.of(0x10, 0)]);
    return field(1, noGpu);
  }
  const [, number] = device.split(":");
  const visible = number === undefined ? Buffer.alloc(0) : field(5, Buffer.from(number));
  return field(6, Buffer.concat([allowGrowth, visible]));
}

/** TensorFlow's eager context on the chosen devices. */
export function createContext(api: CApi, device: DeviceChoice): Pointer {
  const status = api.newStatus();
  const options = api.newContextOptions();
  try {
    const config = configOf(device);
    api.setConfig(options, config, config.length, status);
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
