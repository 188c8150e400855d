/** The cells of a table, the run store, and what runs them: child processes on this machine, or Slurm. */

export { type ExecutorEvent, type LocalOptions, runLocally } from "./execute/local-executor";
export { type JobEnd, type JobProgress, runJob } from "./execute/run-job";
export { jobNames, needsWork, type RunStudyOptions, runStudy, studyResults, tellJobs } from "./execute/run-study";
export { type Job, jobKey, libraryVersion } from "./job";
export { type ClaimConclusion, type Comparison, type Conclusion, conclude, type Verdict } from "./present/conclusion";
export { type ExportFormat, exportFormats, exportStudy } from "./present/export";
export { settingsTable, studyProvenance } from "./present/settings-table";
export { compareRecords, type RecordField, recordTable, type StudyRecord, studyRecords } from "./present/study-records";
export {
  citedTable,
  claimTable,
  pairedTable,
  studyFigure,
  studyTable,
  type TableRow,
  tableRows,
} from "./present/study-table";
export { planSlurm, type SlurmManifest, type SlurmOptions, type SlurmPlan } from "./slurm/slurm-plan";
export { type SlurmSubmission, submitSlurm } from "./slurm/slurm-submit";
export { type Leftover, type LeftoverOptions, leftovers, removeLeftovers } from "./store/gc";
export type { Result, ResultNumbers } from "./store/result";
export { type CellResult, collectResults, type JobStatus, type SeedResult, type StudyResults } from "./store/results";
export { defaultStore, type Failure, openStore, type RunStore, type StoredResults } from "./store/store";
export { jobsOf, openStudy, type Study, type StudyCell, type StudyOptions } from "./study";
export { dataOf } from "./study-data";
export { studies } from "./tables";
