import { partialOf } from "../../interruption";

/**
 * The variables of a session, one property each; compiled cells read and write them here.
 *
 * A name that is declared but has no value yet is a property that throws when read, as in a single program.
 */
export class SessionVariables {
  readonly object: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  #pending = new Set<string>();

  /** Called before a cell runs. A name that has a value keeps it until the cell's declaration assigns the new one. */
  declare(lexical: readonly string[], hoisted: readonly string[]): void {
    this.#pending = new Set(lexical);
    for (const name of lexical) {
      if (!(name in this.object)) this.#forbid(name, `Cannot access '${name}' before initialization`);
    }
    for (const name of hoisted) if (!(name in this.object)) this.object[name] = undefined;
  }

  /** Called when a declaration of the running cell is complete. */
  assigned(...names: string[]): void {
    for (const name of names) this.#pending.delete(name);
  }

  /** Called after a cell failed: a name that it declared but never reached may hold a value of the wrong type. */
  failed(cell: string): void {
    for (const name of this.#pending) {
      this.#forbid(name, `${name} has no value: ${cell} declares it, and ended before it came to that`);
    }
    this.#pending.clear();
  }

  /** What a cell awaits for a variable, which also gets what a failure leaves to be kept (see `keepPartial`). */
  keptOf(name: string, awaited: unknown): unknown {
    if (!(awaited instanceof Promise)) return awaited;
    return awaited.catch((error: unknown) => {
      const partial = partialOf(error);
      if (partial !== undefined) {
        this.object[name] = partial.value;
        this.assigned(name);
      }
      throw error;
    });
  }

  /** Makes names of a module names of the session, as live bindings. */
  bind(module: object, names: Readonly<Record<string, string>>): void {
    const exports = module as Record<string, unknown>;
    const isCommonJs = exports === null || exports === undefined || !exports.__esModule;
    for (const [name, from] of Object.entries(names)) {
      if (from === "*") this.object[name] = isCommonJs ? namespaceOf(exports) : exports;
      else if (from === "default" && isCommonJs) this.object[name] = exports;
      else this.#follow(name, () => exports[from]);
    }
    this.assigned(...Object.keys(names));
  }

  #follow(name: string, get: () => unknown): void {
    Object.defineProperty(this.object, name, { get, set: this.#setter(name), configurable: true, enumerable: true });
  }

  #forbid(name: string, message: string): void {
    const get = () => {
      const error = new ReferenceError(message);
      Error.captureStackTrace(error, get); // the stack begins at the read
      throw error;
    };
    this.#follow(name, get);
  }

  #setter(name: string): (value: unknown) => void {
    return (value) =>
      Object.defineProperty(this.object, name, { value, writable: true, configurable: true, enumerable: true });
  }
}

/** `import * as name` of a CommonJS module: its properties and `default`, as in TypeScript's `esModuleInterop`. */
function namespaceOf(exports: unknown): object {
  if (exports === null || (typeof exports !== "object" && typeof exports !== "function")) return { default: exports };
  const own = Object.getOwnPropertyNames(exports).filter((name) => name !== "default");
  const namespace = Object.create(null) as object;
  for (const name of own) {
    Object.defineProperty(namespace, name, { get: () => (exports as Record<string, unknown>)[name], enumerable: true });
  }
  return Object.defineProperty(namespace, "default", { value: exports, enumerable: true });
}
