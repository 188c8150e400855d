import { presets, type StudyInput, type StudyPresetName, studyPresets } from "../../config";
import { openStudy } from "../study";

/** Cost of a study with one preset. */
export interface StudyCost {
  preset: StudyPresetName;
  seeds: number;
  /** Number of distinct trainings, not counting what other tables have already trained. */
  trainings: number;
  /** CPU seconds of these trainings and their evaluations; null where not measured. */
  seconds: number | null;
  purpose: string;
}

/** Cost of a study with each preset, extrapolated from one training of the preset. */
export function studyCosts(study: string | StudyInput): StudyCost[] {
  return studyPresets.map((preset) => {
    const { jobs, seeds } = openStudy(study, { preset });
    const trainings = jobs.filter(({ source }) => source === "trained").length;
    const { trainingSeconds } = presets[preset].study;
    const seconds = trainingSeconds === null ? null : trainings * trainingSeconds;
    return { preset, seeds: seeds.length, trainings, seconds, purpose: presets[preset].purpose };
  });
}
