/** What a person can do about an error of the system, by its code. */
const remedies: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; free some space, or choose another folder",
  EDQUOT: "the disk quota is used up; free some space, or choose another folder",
  EACCES: "there is no permission; choose another file or folder, or change its owner or mode",
  EPERM: "there is no permission; choose another file or folder, or change its owner or mode",
  EROFS: "that file system cannot be written; choose another folder",
  ENOENT: "there is no such file or folder, or none can be made there",
  ENOTDIR: "a file stands where a folder should be; move it, or choose another folder",
  EEXIST: "a file stands where a folder should be; move it, or choose another folder",
  EISDIR: "a folder of that name is in the way; move it, or choose another folder",
  ENAMETOOLONG: "the name is too long; choose a shorter one",
  ELOOP: "links lead round in a circle there; choose another folder",
  EMFILE: "this process may not open more files; raise the limit with ulimit -n 4096",
  ENFILE: "this machine has too many files open; end some programs",
  EIO: "the disk does not answer as it should; check it",
};

/**
 * What the system refused, in words, and what to do; null for any other error.
 *
 * @param doing what was being done to which file: `write results.csv`
 */
export function systemErrorWords(error: Error, doing?: string): string | null {
  const { code = "", path, syscall } = error as NodeJS.ErrnoException;
  const remedy = remedies[code];
  if (remedy === undefined || syscall === undefined) return null;
  const what = doing ?? [syscall, path].filter((it) => it !== undefined).join(" ");
  return `Cannot ${what}: ${remedy} (${code}).`;
}

/** Whether the system refused for want of space: the disk's, or this user's share of it. */
export function isDiskFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "");
}
