/** The cells of a table, the run store, and what runs them: child processes on this machine, or Slurm. */

export { type ExecutorEvent, type LocalOptions, runLocally } from "./execute/local-executor";
export { statusText } from "./execute/progress-lines";
export { publishStudy } from "./execute/publish";
export { type JobEnd, type JobProgress, runJob } from "./execute/run-job";
export {
  findWork,
  type RunStudyOptions,
  runStudies,
  runStudy,
  studyResults,
  type Work,
} from "./execute/run-studies";
export { type Verified, type VerifyOptions, verifyStudy } from "./execute/verify";
export { type Job, jobKey, libraryVersion } from "./job";
export { exportStudy, type StudyFormat, studyFormats } from "./present/export";
export { type RowPair, studyDifferences } from "./present/row-differences";
export { studyFigure } from "./present/study-figure";
export { type StudyGradient, studyGradients } from "./present/study-gradients";
export { shownPreset, studyNotebook } from "./present/study-notebook";
export { type StudyNumber, studyNumbers } from "./present/study-numbers";
export { compareRows, type StudyRecord, studyRecords, type TrainingValue } from "./present/study-records";
export { studyTables } from "./present/study-tables";
export { claimsModel, studyVerdicts } from "./present/study-verdicts";
export { type TableRow, tableRows } from "./present/table-rows";
export { planSlurm, type SlurmManifest, type SlurmOptions, type SlurmPlan } from "./slurm/slurm-plan";
export { type SlurmSubmission, submitSlurm } from "./slurm/slurm-submit";
export { type SubmitOptions, type Submitted, submitStudies } from "./slurm/submit-studies";
export type { ImageEffect } from "./statistics/per-image";
export { type Leftover, type LeftoverOptions, leftovers, removeLeftovers } from "./store/gc";
export type { Result, ResultNumbers } from "./store/result";
export { type CellResult, collectResults, type JobStatus, type SeedResult, type StudyResults } from "./store/results";
export { defaultStore, type Failure, openStore, type RunStore, type StoredResults } from "./store/store";
export { jobsOf, openStudy, type Study, type StudyCell, type StudyOptions } from "./study";
export { dataOf } from "./study-data";
export { studies } from "./tables";
export { type Conclusion, conclude, concludeAll } from "./verdicts/conclusion";
export { controlProblems } from "./verdicts/control";
export { decidableText } from "./verdicts/decidable";
export { imagePairs } from "./verdicts/image-pairs";
export type { ClaimConclusion, Comparison, Verdict } from "./verdicts/verdict";
