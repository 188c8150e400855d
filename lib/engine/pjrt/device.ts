import type { CApi } from "../native/c-api";
import type { EagerOps } from "../native/eager";
import type { EngineStats } from "../stats";
import type { PjrtApi } from "./c-api";
import { PjrtClient, type PjrtDevice } from "./client";
import { DeviceTensors } from "./device-tensors";

/** A device of a PJRT plugin that compiled functions run on, and the tensors that are there. */
export class ProgramDevice {
  readonly client: PjrtClient;
  /** Programs run on the first device; others wait for programs over several. */
  readonly device: PjrtDevice;
  readonly tensors: DeviceTensors;

  constructor(plugin: PjrtApi, api: CApi, eager: EagerOps, stats: EngineStats) {
    this.client = new PjrtClient(plugin);
    this.device = this.client.devices[0] as PjrtDevice;
    this.tensors = new DeviceTensors(this.client, this.device, api, eager, stats);
    eager.otherHome = this.tensors;
  }
}
