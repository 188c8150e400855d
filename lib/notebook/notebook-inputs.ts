import { createHash } from "node:crypto";
import { type Dirent, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { compiledFile, temporaryPath } from "../system";

/** A file or folder that a notebook touched, as it was when the notebook ended. */
export interface InputState {
  path: string;
  /** Whether its content was read or only its existence checked. */
  use: "content" | "presence";
  /** `absent`, `there`, a file's size and time, or a digest of a folder's names. */
  state: string;
}

export interface NotebookInputs {
  states: InputState[];
  /** What the notebook read and somebody else changed in the meantime. */
  changed: string[];
}

/** Most inputs that are checked again before each run. */
const most = 50_000;

/** Makes a kernel record which files it touches. */
export class InputLog {
  readonly #file = temporaryPath("inputs");
  #began = Date.now();
  #from = 0;

  constructor() {
    writeFileSync(this.#file, "", { mode: 0o600, flag: "wx" });
  }

  /** Variables for the kernel's environment. */
  get env(): Record<string, string> {
    const tracker = compiledFile("notebook", "input-tracker.js").replaceAll("\\", "\\\\");
    const options = [process.env.NODE_OPTIONS, `--require "${tracker}"`].filter(Boolean).join(" ");
    return { NJEPA_INPUTS: this.#file, NODE_OPTIONS: options };
  }

  /** Starts the record: what the kernel touched until now, to start, is not the notebook's. */
  begin(): void {
    this.#began = Date.now();
    this.#from = statSync(this.#file).size;
  }

  /** What was touched since `begin`, in its current state; undefined if that is too much to check again, or unknown. */
  read(): NotebookInputs | undefined {
    if (statSync(this.#file).size < this.#from) return undefined;
    const uses = new Map<string, Set<string>>();
    for (const line of readFileSync(this.#file).subarray(this.#from).toString().split("\n")) {
      const entry = parse(line);
      if (entry === undefined) continue;
      uses.set(entry[1], (uses.get(entry[1]) ?? new Set()).add(entry[0]));
      if (uses.size > most) return undefined;
    }
    const inputs: NotebookInputs = { states: [], changed: [] };
    for (const [file, how] of uses) {
      // What was only written is an output, whatever becomes of it.
      if (!how.has("r") && !how.has("p")) continue;
      const use = how.has("r") ? "content" : "presence";
      inputs.states.push({ path: file, use, state: stateOf(file, use) });
      if (how.has("r") && !how.has("w") && (changedAt(file) ?? 0) > this.#began) inputs.changed.push(file);
    }
    return inputs;
  }

  remove(): void {
    rmSync(this.#file, { force: true });
  }
}

/** The inputs that have changed. */
export function changedInputs(states: readonly InputState[]): string[] {
  return states.filter(({ path: file, use, state }) => stateOf(file, use) !== state).map((input) => input.path);
}

function parse(line: string): [string, string] | undefined {
  try {
    return JSON.parse(line) as [string, string];
  } catch {
    return undefined; // the last line of a process that was killed
  }
}

function stateOf(file: string, use: InputState["use"]): string {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return "absent";
  if (use === "presence") return "there";
  if (found.isFile()) return `${found.size} bytes, ${found.mtimeMs}`;
  return found.isDirectory() ? namesOf(file) : "there";
}

function namesOf(folder: string): string {
  let names: Dirent[] = [];
  try {
    names = readdirSync(folder, { withFileTypes: true });
  } catch {
    return "closed";
  }
  const text = names
    .map((entry) => entry.name)
    .sort()
    .join("\n");
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Modification time, for files only: a folder's also changes when one of its files is rewritten. */
function changedAt(file: string): number | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() ? found.mtimeMs : undefined;
}
