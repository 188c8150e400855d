import type { RunSettings } from "../run";

/** A named starting point: its purpose, its cost and on which machine, its command, and its settings. */
export interface Preset {
  purpose: string;
  /** Expected time of one training on `machine`; "not measured" where nobody has run it. */
  time: string;
  machine: string;
  command: string;
  /** How the settings were chosen, so that nobody takes what they were chosen on for a test. */
  chosen: PresetChoice;
  settings: RunSettings;
  /**
   * How the tables are regenerated with it; absent where the data are the user's own, which a study does not accept.
   */
  study?: StudyPreset;
}

/** The search for a preset's settings. */
export interface PresetChoice {
  /**
   * Images that candidates were scored on: a `development` split of the training images, the `test` images, or `none`,
   * where nothing was scored.
   */
  split: "development" | "test" | "none";
  /** Training seeds of the candidates; a study uses others. */
  seeds: number[];
  /** What was tried, and what decided the choice. */
  search: string;
}

/** The scale of a table: its training seeds, and what differs from a single training of the preset. */
export interface StudyPreset {
  /** Training seeds; each is its own cell, and the unit over which a table's intervals are computed. */
  seeds: number[];
  settings: RunSettings;
  /** Why nothing is concluded at this scale; left out where claims are judged. */
  notJudged?: string;
  /** CPU seconds of one training with its evaluations; null where nobody has run it. */
  trainingSeconds: number | null;
  /** Time of all tables together, on `machine`; "not measured" where nobody has run it. */
  time: string;
  memory: string;
  machine: string;
  command: string;
}
