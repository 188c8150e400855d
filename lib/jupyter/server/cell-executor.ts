import path from "node:path";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";
import type { CellSources } from "../cell-source";
import {
  CellCompiler,
  type CellFindings,
  type CompiledCell,
  cell as cellName,
  session as sessionName,
} from "../compiler";
import { type CellFailure, interruptedFailure, thrownFailure, typeFailure } from "../failure";
import type { RunningCell } from "./cell";
import { CellModules } from "./cell-modules";
import { moduleName } from "./module-name";
import { SessionVariables } from "./session-variables";

/** How a cell ended; `value` is its last expression's value, if there is one that is neither null nor undefined. */
export type CellOutcome = { ok: true; value?: unknown } | { ok: false; failure: CellFailure };

/** Runs work that no interrupt may break off. */
type CriticalSection = <T>(work: () => T) => T;

const slot = Symbol.for("njepa.kernel.cell");

/** Compiles and runs cells, one after another, on the variables of one session. */
export class CellExecutor {
  readonly compiler: CellCompiler;
  readonly sources: CellSources;
  readonly modules: CellModules;
  readonly #variables = new SessionVariables();
  readonly #criticalSection: CriticalSection;
  readonly #cell: object;
  #giveUp: (() => void) | undefined;

  /** @param modules absolute path of a node_modules folder whose types are found from any folder */
  constructor(folder: string, modules: string | undefined, sources: CellSources, criticalSection: CriticalSection) {
    this.sources = sources;
    this.#criticalSection = criticalSection;
    this.compiler = new CellCompiler(folder, modules);
    this.modules = new CellModules(folder);
    const filename = path.join(folder, "cell.js");
    this.#cell = {
      require: this.modules.require,
      import: this.modules.import,
      meta: { url: pathToFileURL(filename).href, filename, dirname: folder },
      bind: (specifier: string, names: Record<string, string>) =>
        this.#variables.bind(this.#required(specifier), names),
      assigned: (...names: string[]) => this.#variables.assigned(...names),
      kept: (name: string, awaited: unknown) => this.#variables.keptOf(name, awaited),
      caught: (error: unknown) => sources.nameAsWritten(error),
    };
  }

  /** Loads what the first cell needs. */
  warm(): void {
    this.#criticalSection(() => this.compiler.compile("void 0"));
  }

  /** @param name the code's name in stack traces, such as `Cell[3]` */
  async execute(code: string, cell: RunningCell, name: string): Promise<CellOutcome> {
    const givenUp = new Promise<CellOutcome>((resolve) => {
      this.#giveUp = () => {
        cell.mute();
        resolve({ ok: false, failure: interruptedFailure() });
      };
    });
    try {
      // In its own turn of the event loop: an interrupt may unwind the code's stack, and then nothing on it goes on.
      return await Promise.race([givenUp, Promise.resolve().then(() => this.#run(code, cell, name))]);
    } catch (error) {
      return { ok: false, failure: thrownFailure(error, this.sources) };
    } finally {
      this.#giveUp = undefined;
      this.#variables.failed(name);
    }
  }

  /** Ends the running cell without waiting for its code. */
  giveUp(): void {
    this.#giveUp?.();
  }

  async #run(code: string, cell: RunningCell, name: string): Promise<CellOutcome> {
    const module = moduleName(code);
    if (module !== undefined) {
      const { findings } = this.#criticalSection(() => this.compiler.addModule(module, code));
      return findings.length === 0 ? { ok: true } : { ok: false, failure: typeFailure(findings, code) };
    }
    const compiled = this.#criticalSection(() => this.#compiled(code));
    if ("findings" in compiled) return { ok: false, failure: typeFailure(compiled.findings, code) };
    this.modules.add(compiled.modules);
    this.#variables.declare(compiled.lexical, compiled.hoisted);
    const returned: unknown = await this.#start(compiled, this.sources.add(name, code, compiled));
    await cell.settled();
    const value = Array.isArray(returned) ? (returned[0] as unknown) : undefined;
    this.#variables.assigned(...compiled.lexical);
    // `show(…)` as the last expression has already been shown.
    return value === undefined || value === null || value instanceof Promise ? { ok: true } : { ok: true, value };
  }

  #compiled(code: string): CompiledCell | CellFindings {
    try {
      return this.compiler.compile(code);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const why =
        "The cell is nested too deeply for TypeScript (calls in a chain, parentheses, operators): write it in parts.";
      return { findings: [`1:1 - ${why}`] };
    }
  }

  /** Runs the cell's code up to its first `await`; until then Node itself stops it on SIGINT. */
  #start({ awaits }: CompiledCell, javascript: string): unknown {
    const head = `${awaits ? "async " : ""}function (${sessionName}, ${cellName}, require, __dirname, __filename) { "use strict";`;
    const text = `globalThis[Symbol.for("njepa.kernel.cell")](${head}\n${javascript}\n})`;
    const { folder, require } = this.modules;
    Object.defineProperty(globalThis, slot, {
      configurable: true,
      value: (run: (...values: unknown[]) => unknown) =>
        run.call(undefined, this.#variables.object, this.#cell, require, folder, path.join(folder, "cell.js")),
    });
    const script = new Script(text, { filename: path.join(folder, "cell.js") });
    return script.runInThisContext({ breakOnSigint: true, displayErrors: false });
  }

  /** The module of a static import. If Node loads it only asynchronously, the error says what to write instead. */
  #required(specifier: string): object {
    try {
      return this.modules.require(specifier) as object;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
      const how = `const { … } = await import(${JSON.stringify(specifier)})`;
      throw new Error(`${specifier} awaits something while it loads, so write \`${how}\``);
    }
  }
}
