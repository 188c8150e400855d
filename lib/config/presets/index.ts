import { cifar } from "./cifar";
import { cifarLong } from "./cifar-long";
import { demo } from "./demo";
import { imagenette } from "./imagenette";
import { paper100, paper600 } from "./paper";
import { photographs } from "./photographs";
import type { Preset, StudyPreset } from "./preset";
import { small } from "./small";
import { smoke } from "./smoke";
import { stl10 } from "./stl10";

export type { Preset, PresetChoice, StudyPreset } from "./preset";

/** The presets, from the smallest to the paper's. */
export const presets = {
  smoke,
  demo,
  small,
  cifar,
  "cifar-long": cifarLong,
  stl10,
  imagenette,
  photographs,
  "paper-100": paper100,
  "paper-600": paper600,
} satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;

/** Names of the presets that studies accept. */
export type StudyPresetName = {
  [Name in PresetName]: (typeof presets)[Name] extends { study: StudyPreset } ? Name : never;
}[PresetName];

export const studyPresets = (Object.keys(presets) as PresetName[]).filter(
  (name): name is StudyPresetName => "study" in presets[name],
);
