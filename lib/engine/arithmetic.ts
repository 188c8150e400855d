import { processorKey } from "./programs/folder";
import { theRuntime } from "./runtime";

/**
 * One line naming everything that determines the last bits of compiled functions' results: the library or plugin, its
 * version, the device and the driver. Where this line and the programs are the same, so are the results.
 *
 * @throws {EngineError} before `ready()`
 */
export function arithmetic(): string {
  const { compiles, info } = theRuntime();
  const { pjrt } = info;
  if (compiles === "tensorflow" || pjrt === null) {
    const [device] = info.devices.filter(({ type }) => type.toLowerCase() === info.device);
    return `TensorFlow ${info.tensorflow} on ${info.device === "cpu" ? `processor ${processorKey()}` : device?.name}`;
  }
  const { bytes, platform, platformVersion, apiVersion, devices, driver } = pjrt;
  const device = platform === "cpu" ? `processor ${processorKey()}` : devices[0]?.kind;
  const version = platformVersion.replaceAll(/\s+/g, " ");
  return `PJRT ${platform} (${version}, API ${apiVersion}, ${bytes} bytes) on ${device}${driver ? `, driver ${driver}` : ""}`;
}
