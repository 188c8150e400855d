import { type Preset, presets, type RunInput } from "../config";
import type { Inspection } from "../data";
import { invocation, shellQuoted } from "../system";

/** The preset for one's own images. */
const OWN = "photographs";

/**
 * The command that trains on the inspected images, ready to run: a preset with their sizes, channels, mean and standard
 * deviation.
 */
export function trainCommand(it: Inspection): string {
  const made = Object.entries(presets as Record<string, Preset>).find(([name, { settings }]) => {
    return name !== "smoke" && settings.data?.name === it.name && settings.data.path === undefined && name !== OWN;
  });
  if (made && it.root === it.name) return invocation("train", `--preset ${made[0]} --out DIR`);
  const settings = Object.entries(settingsFor(it)).map(([key, value]) => `--set ${shellQuoted(`${key}=${value}`)}`);
  return invocation("train", ["--preset", OWN, ...settings, "--out DIR"].join(" "));
}

/**
 * A run for your own images, as inspected: the preset `photographs` with their folder, sizes, channels, mean and
 * standard deviation, and a batch size that they can fill.
 */
export function imageSettings(it: Inspection): RunInput {
  const settings: Record<string, Record<string, unknown>> = {};
  for (const [name, value] of Object.entries(settingsFor(it))) {
    const [part, key] = name.split(".") as [string, string];
    const isList = typeof value === "string" && value.startsWith("[");
    settings[part] = { ...settings[part], [key]: isList ? JSON.parse(value) : value };
  }
  return { preset: OWN, ...settings } as RunInput;
}

function settingsFor(it: Inspection): Record<string, string | number> {
  const own = presets[OWN].settings;
  const settings: Record<string, string | number> = {};
  if (it.name !== own.data.name) settings["data.name"] = it.name;
  if (it.root !== it.name) settings["data.path"] = it.root;
  const short = Math.min(it.width.median, it.height.median);
  let side = own.model.imageSize as number;
  let patch = own.model.patchSize as number;
  if (short < side) {
    patch = short < 48 ? 4 : 8;
    side = Math.max(6 * patch, Math.floor(short / patch) * patch);
    Object.assign(settings, { "model.imageSize": side, "model.patchSize": patch });
  }
  // Blocks on a small grid have fewer patches than the usual ten.
  if (side / patch < 10) settings["masking.minKeep"] = side / patch < 7 ? 3 : 4;
  const channels = it.pixels.isGray ? 1 : 3;
  if (channels === 1) settings["model.channels"] = 1;
  for (const name of ["mean", "std"] as const) {
    settings[`data.${name}`] =
      `[${it.pixels[name].slice(0, channels).map((value) => Math.max(0.001, value).toFixed(3))}]`;
  }
  const train = it.splits[0]?.images ?? 0;
  const usual = own.optimizer.batchSize as number;
  if (train < 2 * usual) settings["optimizer.batchSize"] = Math.max(1, 2 ** Math.floor(Math.log2(train / 2)));
  if (it.splits.length === 1 && it.classNames.length > 1) settings["data.testShare"] = 0.1;
  if (it.skipped > 0) settings["data.onBadImage"] = "skip";
  return settings;
}
