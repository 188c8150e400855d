import { statSync } from "node:fs";
import type { CApi } from "../native/c-api";
import type { EagerOps } from "../native/eager";
import { nvidiaDriver, type PjrtPlugin } from "../provision";
import type { PjrtApi } from "./c-api";
import { PjrtClient, type PjrtDevice } from "./client";
import { type CopyStats, DeviceTensors } from "./device-tensors";

/** What compiled functions run on under `backend: "pjrt"`. */
export interface PjrtInfo {
  plugin: PjrtPlugin;
  /** Of the plugin's file: with the versions it tells plugins apart, wherever they lie. */
  bytes: number;
  /** Of the plugin's C interface, such as `0.115`. */
  apiVersion: string;
  /** Such as `cpu` or `cuda`, and the plugin's own version. */
  platform: string;
  platformVersion: string;
  devices: { kind: string; description: string }[];
  /** NVIDIA's driver, where its devices are NVIDIA's. */
  driver: string | null;
}

/** A device of a PJRT plugin that compiled functions run on, and the tensors that are there. */
export class ProgramDevice {
  readonly client: PjrtClient;
  /** Programs run on the first; the others wait for programs over several. */
  readonly device: PjrtDevice;
  readonly tensors: DeviceTensors;
  readonly info: PjrtInfo;

  constructor(plugin: PjrtApi, found: PjrtPlugin, api: CApi, eager: EagerOps, stats: CopyStats) {
    this.client = new PjrtClient(plugin, /cuda/.test(found.kind ?? found.path));
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
      devices: devices.map(({ kind, description }) => ({ kind, description })),
    };
  }
}
