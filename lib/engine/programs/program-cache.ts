import { mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setOwnVariable, userVariable } from "../../system";
import { entriesIn, linkTo, prepareFolder, programCacheFolder, removeLink, removeOldest } from "./folder";
import { drop, isBeingWritten, isIntact, writeStamp } from "./stamp";

/** State of the cache of programs kept between processes. */
export interface ProgramCacheState {
  /** Where they are kept; null if they are not. */
  folder: string | null;
  /** Why not, or what was dropped, in sentences. */
  problems: string[];
}

/**
 * XLA's compiled programs, kept between processes. TensorFlow reads and writes the files itself, trusts every byte, and
 * fails to compile if it cannot. So each file is stamped when written and checked before TensorFlow is loaded, and
 * TensorFlow reaches the folder through a link that can be redirected to an empty one.
 */
export class ProgramCache {
  readonly state: ProgramCacheState = { folder: null, problems: [] };
  private link: string | null = null;

  /** Makes TensorFlow, not loaded yet, keep programs; does nothing if the user has set `TF_XLA_FLAGS`. */
  constructor(tensorflow: string) {
    if ((userVariable("TF_XLA_FLAGS") ?? "") !== "") return;
    // A program for the CPU is cut into as many parts as there were processors when it was compiled.
    const folder = programCacheFolder(`${tensorflow}-${availableParallelism()}`);
    const problem = prepareFolder(folder) ?? this.sweep(folder);
    const link = problem ?? linkTo(folder);
    if (typeof link === "string") {
      this.say(`Compiled programs are not kept in ${folder}: ${link}. Each process compiles anew.`);
      // A parent's link may be gone at any time.
      delete process.env.TF_XLA_FLAGS;
      return;
    }
    this.link = link.path;
    process.on("exit", () => removeLink(link.path));
    this.state.folder = folder;
    // In quotes, or it would end at a space.
    const place = `--tf_xla_persistent_cache_directory="${this.link.replace(/["\\]/g, "\\$&")}"`;
    setOwnVariable("TF_XLA_FLAGS", `${place} --tf_xla_persistent_cache_device_types=CPU`);
  }

  /** Stamps what a compilation that started at `began` wrote. */
  remember(began: number): void {
    const { folder } = this.state;
    if (folder === null) {
      if (this.link) for (const name of entriesIn(this.link)) drop(join(this.link, name));
      return;
    }
    for (const name of entriesIn(folder)) {
      const path = join(folder, name);
      // A file without its final name belongs to another process.
      const written = name.endsWith(".pb") ? statSync(path, { throwIfNoEntry: false })?.mtimeMs : undefined;
      if (written === undefined || written < began - 100 || isIntact(path)) continue;
      try {
        writeStamp(path);
      } catch {
        drop(path);
      }
    }
  }

  /**
   * Whether a failed compilation is worth retrying, because damaged programs were dropped or none are kept any longer.
   */
  recover(error: Error): boolean {
    const { folder } = this.state;
    if (folder === null || this.link === null) return false;
    const damaged = this.sweep(folder);
    if (damaged === null && this.dropped > 0) return true;
    if (damaged === null && !error.message.includes(this.link) && !error.message.includes(folder)) return false;
    return this.giveUp(folder, error.message);
  }

  private dropped = 0;

  /** Drops programs that no longer match their stamps; returns why it could not, or null. */
  private sweep(folder: string): string | null {
    this.dropped = 0;
    try {
      for (const name of entriesIn(folder)) {
        const path = join(folder, name);
        if (isIntact(path) || isBeingWritten(path)) continue;
        drop(path);
        this.dropped++;
      }
      removeOldest(folder);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? String(error);
    }
    if (this.dropped > 0) this.state.problems.push(`${this.dropped} damaged programs were dropped from ${folder}.`);
    return null;
  }

  /** Redirects TensorFlow's link to a folder in memory or a temporary one, which is emptied after each compilation. */
  private giveUp(folder: string, reason: string): boolean {
    for (const parent of ["/dev/shm", tmpdir()]) {
      try {
        const empty = mkdtempSync(join(parent, "njepa-programs-"));
        process.on("exit", () => rmSync(empty, { recursive: true, force: true }));
        removeLink(this.link as string);
        symlinkSync(empty, this.link as string);
        this.state.folder = null;
        this.say(`Compiled programs are no longer kept in ${folder}: ${reason}. This process compiles anew.`);
        return true;
      } catch {}
    }
    return false;
  }

  private say(problem: string): void {
    this.state.problems.push(problem);
    process.emitWarning(problem, "NjepaWarning");
  }
}
