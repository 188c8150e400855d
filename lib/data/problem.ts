/** Something about a data set's files that the user should know; never passed over silently. */
export interface DataProblem {
  /** Relative to the data set's folder; an archive's member as `shard.tar/name`. */
  file: string;
  /**
   * `ignored`: not an image by its name, left alone. `empty-class`: a class folder without images. `unreadable`: the
   * system refused. `broken`: not an image of a known format, or a truncated one; a damaged part of an archive.
   * `duplicate`: a name that occurred before. `unsafe`: an archive member that would lie outside its folder.
   */
  kind: "ignored" | "empty-class" | "unreadable" | "broken" | "duplicate" | "unsafe";
  message: string;
}

/** Problems that make opening fail, unless the run says to skip them. */
export function isFatal(problem: DataProblem): boolean {
  return problem.kind !== "ignored";
}
