import { cellTypeScript } from "./typescript";

/**
 * What the cells' TypeScript finds wrong with assignments to a cell's declarations; empty when they fit.
 *
 * A type that comes from an import is unknown here and accepts any value: the kernel checks it later.
 */
export function assignmentFindings(declarations: string, assignments: string): string[] {
  const typescript = cellTypeScript();
  const name = "parameters.ts";
  const text = `${declarations}\n;${assignments}\nexport {};`;
  const target = typescript.ScriptTarget.ES2022;
  // The smallest library covers everything a JSON value can be; a larger one takes a second to read.
  const options = { noEmit: true, strict: true, lib: ["lib.es5.d.ts"], types: [], target };
  const host = typescript.createCompilerHost(options);
  const file = typescript.createSourceFile(name, text, target);
  const libraryFile = host.getSourceFile.bind(host);
  host.getSourceFile = (wanted, ...rest) => (wanted === name ? file : libraryFile(wanted, ...rest));
  host.fileExists = (wanted) => wanted === name || /[\\/]lib\.[\w.]*d\.ts$/.test(wanted);
  const found = typescript.createProgram([name], options, host).getSemanticDiagnostics(file);
  return found
    .filter(({ start = 0 }) => start > declarations.length)
    .map(({ messageText }) => typescript.flattenDiagnosticMessageText(messageText, "\n"));
}
