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
  if (compiles === "tensorflow" || pjrt === null) return `TensorFlow ${info.tensorflow} on processor ${processorKey()}`;
  const { bytes, platform, platformVersion, apiVersion, devices, driver, libraries } = pjrt;
  const device = platform === "cpu" ? `processor ${processorKey()}` : devices[0]?.kind;
  const version = platformVersion.replaceAll(/\s+/g, " ");
  const rest = [...(driver ? [`driver ${driver}`] : []), ...libraries].map((part) => `, ${part}`).join("");
  return `PJRT ${platform} (${version}, API ${apiVersion}, ${bytes} bytes) on ${device}${rest}`;
}
