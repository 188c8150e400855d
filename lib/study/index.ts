/** The cells of a table, the run store, and what runs them: child processes on this machine, or Slurm. */
export { type ClaimConclusion, type Comparison, type Conclusion, conclude, type Verdict } from "./conclusion";
export { type ExportFormat, exportFormats, exportStudy } from "./export";
export { type Leftover, type LeftoverOptions, leftovers, removeLeftovers } from "./gc";
export { type Job, jobKey, libraryVersion } from "./job";
export { type ExecutorEvent, type LocalOptions, runLocally } from "./local-executor";
export type { Result, ResultNumbers } from "./result";
export { type CellResult, collectResults, type JobStatus, type SeedResult, type StudyResults } from "./results";
export { type JobEnd, type JobProgress, runJob } from "./run-job";
export { jobNames, needsWork, type RunStudyOptions, runStudy, studyResults, tellJobs } from "./run-study";
export { settingsTable, studyProvenance } from "./settings-table";
export { planSlurm, type SlurmManifest, type SlurmOptions, type SlurmPlan } from "./slurm-plan";
export { type SlurmSubmission, submitSlurm } from "./slurm-submit";
export { defaultStore, type Failure, openStore, type RunStore, type StoredResults } from "./store";
export { jobsOf, openStudy, type Study, type StudyCell, type StudyOptions } from "./study";
export { dataOf } from "./study-data";
export { compareRecords, type RecordField, recordTable, type StudyRecord, studyRecords } from "./study-records";
export { citedTable, claimTable, pairedTable, studyFigure, studyTable, type TableRow, tableRows } from "./study-table";
export { studies } from "./tables";
