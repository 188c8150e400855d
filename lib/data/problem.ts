/** Something about a data set's files that a person should know; never passed over silently. */
export interface DataProblem {
  /** Below the data set's folder; an archive's member as `shard.tar/name`. */
  file: string;
  /**
   * `ignored`: no image by its name, left alone. `empty-class`: a class folder without images. `unreadable`: the system
   * refused. `broken`: no image of a known format, or not a whole one; a part of an archive that is none. `duplicate`: a name
   * that was there before. `unsafe`: an archive's member that would lie outside its folder.
   */
  kind: "ignored" | "empty-class" | "unreadable" | "broken" | "duplicate" | "unsafe";
  message: string;
}

/** Problems that end an opening, unless the run says to skip. */
export function isFatal(problem: DataProblem): boolean {
  return problem.kind !== "ignored";
}
