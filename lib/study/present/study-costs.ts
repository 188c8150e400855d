import { presets, type StudyInput, type StudyPresetName, studyPresets } from "../../config";
import { openStudy } from "../study";

/** What a study costs with one preset. */
export interface StudyCost {
  preset: StudyPresetName;
  seeds: number;
  /** Distinct trainings, if no other table has made some of them already. */
  trainings: number;
  /** Processor seconds of them and their evaluations; null where nobody has measured. */
  seconds: number | null;
  purpose: string;
}

/** What a study costs with each preset, reckoned from one training of the preset. */
export function studyCosts(study: string | StudyInput): StudyCost[] {
  return studyPresets.map((preset) => {
    const { jobs, seeds } = openStudy(study, { preset });
    const trainings = jobs.filter(({ source }) => source === "trained").length;
    const { trainingSeconds } = presets[preset].study;
    const seconds = trainingSeconds === null ? null : trainings * trainingSeconds;
    return { preset, seeds: seeds.length, trainings, seconds, purpose: presets[preset].purpose };
  });
}
