import { readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";

type Compiler = typeof import("./cell-compiler");
type Content = typeof import("./snapshot-content");

/**
 * The text of the script from which a snapshot is made: `node --snapshot-blob BLOB --build-snapshot SCRIPT`.
 *
 * V8 writes the process's memory to a file, and a later Node starts with it. It holds TypeScript, compiled as far as
 * cells need it, and the declarations of JavaScript and Node, parsed and bound: the slowest parts of a kernel's start.
 * That Node runs its script as any other does (`setDeserializeMainFunction` would need `node:v8`: see `harmless`).
 *
 * @param words the arguments of `fillSnapshot`
 */
export function snapshotScript(...words: Parameters<typeof fillSnapshot>): string {
  // The script is not a module, and its `require` knows only Node's own modules.
  const text = `"(function (exports, require, __dirname) {" + require("node:fs").readFileSync(${JSON.stringify(__filename)}, "utf8") + "\\n})"`;
  return `const own = {};
(0, eval)(${text})(own, require, ${JSON.stringify(__dirname)});
own.fillSnapshot(...${JSON.stringify(words)});
`;
}

/** Cells that use what most cells use, so that TypeScript's code for it gets compiled. */
const usualCells = [
  "void 0",
  'import { readFileSync } from "node:fs";\nconst text: string = readFileSync("x", "utf8"); console.log(text)',
  "class Counter { #n = 0; next() { return ++this.#n } }\nconst counters = [new Counter()]; counters.map((one) => one.next())",
  "const { a, ...rest } = { a: 1, b: [2] }; for (const x of rest.b) console.log(x + 1);\nawait Promise.resolve(a)",
  "const wrong: number = 'text'",
];

/**
 * @param typescript file of the TypeScript that cells are written in
 * @param modules folder of packages
 */
export function fillSnapshot(typescript: string, modules: string): void {
  const load = loader();
  const { setSnapshotContent } = load(path.join(__dirname, "snapshot-content.js")) as Content;
  setSnapshotContent({ typescript: load(typescript), packages: new Map() });
  const { CellCompiler } = load(path.join(__dirname, "cell-compiler.js")) as Compiler;
  const compiler = new CellCompiler(path.dirname(modules), modules);
  for (const code of usualCells) compiler.compile(code);
  setSnapshotContent({ typescript: load(typescript), packages: compiler.program.packages.all });
}

/**
 * Node's modules that may be loaded while a snapshot is made. What others have in native code, such as `node:v8` (streams)
 * and `node:crypto` (keys), would be in the snapshot, and from Node 22 on a thread that loads it again ends the process.
 */
const harmless = new Set(["buffer", "fs", "module", "os", "path"]);

/** TypeScript does without what it asks for and cannot have. */
function harmlessModule(name: string): unknown {
  if (!harmless.has(name.replace(/^node:/, ""))) throw new Error(`${name} may not be in a snapshot`);
  return require(name);
}

/** A `require` for CommonJS files, which Node has only outside snapshots. */
function loader(): (file: string) => unknown {
  const loaded = new Map<string, { exports: unknown }>();
  const load = (file: string): unknown => {
    const known = loaded.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as unknown };
    loaded.set(file, module);
    const text = readFileSync(file, "utf8");
    if (file.endsWith(".json")) {
      module.exports = JSON.parse(text);
      return module.exports;
    }
    const { resolve } = createRequire(file);
    const requireHere = (name: string) => (isBuiltin(name) ? harmlessModule(name) : load(resolve(name)));
    const head = "(function (exports, require, module, __filename, __dirname) {";
    // biome-ignore lint/security/noGlobalEval: what node:vm compiles cannot be in a snapshot
    const run = globalThis.eval(`${head}${text}\n})\n//# sourceURL=${file}`) as (...values: unknown[]) => void;
    run(module.exports, Object.assign(requireHere, { resolve }), module, file, path.dirname(file));
    return module.exports;
  };
  return load;
}
