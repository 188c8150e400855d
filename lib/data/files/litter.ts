/** What systems and tools leave behind in folders and archives; never the user's images. */
const litter = new Set(["__macosx", "@eadir", "lost+found", "$recycle.bin", "system volume information"]);

export function isLitter(name: string): boolean {
  return litter.has(name.toLowerCase());
}

/** Names that begin with a dot: macOS' resource forks `._…`, `.DS_Store`, `.ipynb_checkpoints`. */
export function isHidden(name: string): boolean {
  return name.startsWith(".");
}
