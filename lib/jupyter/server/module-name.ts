/** The name in a cell that begins with `/** @module name *\/`: such a cell is a module that others import as "./name". */
export function moduleName(code: string): string | undefined {
  return code.match(/^\s*\/\*\*\s*@module\s+([\w-]+)\s*\*\//)?.[1];
}
