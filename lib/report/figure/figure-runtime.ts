import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { NjepaError } from "../../errors";
import { figureTheme } from "./figure-theme";

export interface FigureRuntime {
  /** The script, gzipped, in base64: it stays dormant in the page until a reader wants to explore a figure. */
  readonly packed: string;
  /** SHA-256 of the unpacked script in base64, for the page's content security policy. */
  readonly hash: string;
}

let runtime: FigureRuntime | undefined;

/**
 * Vega, Vega-Lite and Vega's interpreter as one script for the reader's browser. The interpreter walks Vega's expressions
 * instead of compiling them, so that the page's policy need not allow eval.
 *
 * @throws {NjepaError} when the installed packages are not built like those this was written for
 */
export function figureRuntime(): FigureRuntime {
  if (runtime === undefined) {
    const script = runtimeScript();
    const hash = createHash("sha256").update(script).digest("base64");
    runtime = { packed: gzipSync(script).toString("base64"), hash };
  }
  return runtime;
}

function runtimeScript(): string {
  const interpreter = built("vega-interpreter", "vega-interpreter.js");
  const [importing, imported] = /^import \{([^}]*)\} from 'vega-util';/m.exec(interpreter) ?? [];
  const [exporting, exported] = /^export \{ (\w+) as expressionInterpreter \};/m.exec(interpreter) ?? [];
  if (importing === undefined || exporting === undefined)
    throw new NjepaError("vega-interpreter is not built as expected; install the version that the lockfile names");
  const body = interpreter.replace(importing, `const {${imported}} = vega;`).replace(exporting, `return ${exported};`);
  return [
    built("vega", "vega.min.js"),
    built("vega-lite", "vega-lite.min.js"),
    `vega.expressionInterpreter=(()=>{${body}})();`,
    `vegaLite.theme=${JSON.stringify(figureTheme)};`,
  ].join("\n");
}

/** Text of the browser build beside the module, without references to source maps, which a page cannot load. */
function built(module: string, file: string): string {
  const text = readFileSync(path.join(path.dirname(require.resolve(module)), file), "utf8");
  return text.replace(/^\/\/# sourceMappingURL=.*$/m, "");
}
