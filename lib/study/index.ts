/** The cells of a table, the run store, and what runs them: child processes on this machine, or Slurm. */
export { type Job, jobKey, libraryVersion } from "./job";
export { defaultStore, type Failure, openStore, type RunStore } from "./store";
export { jobsOf, openStudy, type Study, type StudyCell, type StudyOptions } from "./study";
export { studies } from "./tables";
