import type { RunSettings } from "../run";

/** A named starting point: what it is for, what it costs where, how it is started, and its settings. */
export interface Preset {
  purpose: string;
  /** Expected time of one training on `machine`; "not measured" where nobody has run it. */
  time: string;
  machine: string;
  command: string;
  /** How the settings came to be, so that nobody takes what they were chosen on for a test. */
  chosen: PresetChoice;
  settings: RunSettings;
  /** How the tables are regenerated with it; absent where the data are a person's own, which a study does not take. */
  study?: StudyPreset;
}

/** The search for a preset's settings. */
export interface PresetChoice {
  /**
   * Images that candidates were scored on: a `development` split of the training images, the `test` images, or `none`, where
   * nothing was scored.
   */
  split: "development" | "test" | "none";
  /** Training seeds of the candidates; a study takes others. */
  seeds: number[];
  /** What was tried, and what decided. */
  search: string;
}

/** The scale of a table: its training seeds, and what differs from a single training of the preset. */
export interface StudyPreset {
  /** Training seeds; each is a cell of its own, and the unit over which a table's intervals are taken. */
  seeds: number[];
  settings: RunSettings;
  /** Why nothing is concluded at this scale; left out where claims are judged. */
  notJudged?: string;
  /** Processor seconds of one training with its evaluations; null where nobody has run it. */
  trainingSeconds: number | null;
  /** Of all tables together, on `machine`; "not measured" where nobody has run it. */
  time: string;
  memory: string;
  machine: string;
  command: string;
}
