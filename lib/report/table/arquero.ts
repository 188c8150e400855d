/**
 * Arquero, the library for tables: `from(rows)` turns rows into a table, whose verbs (`groupby`, `rollup`, `pivot`,
 * `derive`, `filter`, `join`) make others; `op` has the functions they compute. `table` shows the result.
 *
 * Loaded on first use, which takes a quarter of a second.
 */
export function arquero(): Promise<typeof import("arquero")> {
  return import("arquero");
}
