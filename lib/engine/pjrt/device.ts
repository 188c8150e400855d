import { statSync } from "node:fs";
import { basename } from "node:path";
import type { CApi } from "../native/c-api";
import type { EagerOps } from "../native/eager";
import { librariesBeside, nvidiaDriver, type PjrtPlugin } from "../provision";
import type { PjrtApi } from "./c-api";
import { PjrtClient, type PjrtDevice } from "./client";
import { type CopyStats, DeviceTensors } from "./device-tensors";

/** What compiled functions run on under `backend: "pjrt"`. */
export interface PjrtInfo {
  plugin: PjrtPlugin;
  /** Size of the plugin's file: together with the versions it identifies a plugin, whatever its path. */
  bytes: number;
  /** Of the plugin's C interface, such as `0.115`. */
  apiVersion: string;
  /** Such as `cpu` or `cuda`, and the plugin's own version. */
  platform: string;
  platformVersion: string;
  devices: { kind: string; description: string }[];
  /** Version of NVIDIA's driver, for NVIDIA devices. */
  driver: string | null;
  /** NVIDIA's packages beside the plugin, with their versions. */
  libraries: readonly string[];
}

/** A PJRT plugin's device that compiled functions run on, and the tensors on it. */
export class ProgramDevice {
  readonly client: PjrtClient;
  /** Programs run on the first device; the others await multi-device programs. */
  readonly device: PjrtDevice;
  readonly tensors: DeviceTensors;
  readonly info: PjrtInfo;

  /** @param gpu the number of the one GPU to use of several */
  constructor(
    plugin: PjrtApi,
    { plugin: found, gpu }: { plugin: PjrtPlugin; gpu: number | undefined },
    api: CApi,
    eager: EagerOps,
    stats: CopyStats,
  ) {
    this.client = new PjrtClient(plugin, /cuda/.test(found.kind ?? basename(found.path)) ? { gpu } : null);
    const { devices, platform, platformVersion } = this.client;
    this.device = devices[0] as PjrtDevice;
    this.tensors = new DeviceTensors(this.client, this.device, api, eager, stats);
    eager.otherHome = this.tensors;
    this.info = {
      plugin: found,
      bytes: statSync(found.path).size,
      apiVersion: `${plugin.version.major}.${plugin.version.minor}`,
      platform,
      platformVersion,
      driver: platform === "cuda" ? (nvidiaDriver()?.version ?? null) : null,
      libraries: librariesBeside(found.path),
      devices: devices.map(({ kind, description }) => ({ kind, description })),
    };
  }
}
