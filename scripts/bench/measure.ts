/** Shared by all benchmarks: taking turns, medians, rows, and the machine they were measured on. */
import { loadavg, totalmem } from "node:os";
import { processor } from "njepa/system";

/** One figure and a peer's. `ratio` is above 1 if ours is better, whichever direction of `unit` is better. */
export interface Row {
  what: string;
  ours: number | null;
  peer: number | null;
  /** What ours was measured against; says so if it is absent. */
  peerName: string;
  ratio: number | null;
  unit: string;
}

export interface BenchmarkOptions {
  /** Number of turns for each side. */
  rounds: number;
  /** A Python in which the peers may be installed. */
  python: string;
  /** Measure only rows whose name contains this. */
  only: string;
}

export type Benchmark = (options: BenchmarkOptions) => Promise<Row[]>;

/** A row with its ratio computed; `better` says whether more or less of the unit is better. */
export function row(it: Omit<Row, "ratio"> & { better: "more" | "less" }): Row {
  const { better, ...figures } = it;
  const { ours, peer } = figures;
  const known = ours !== null && peer !== null && ours > 0 && peer > 0;
  const ratio = known ? (better === "more" ? ours / peer : peer / ours) : null;
  return { ...figures, ratio };
}

/**
 * Median seconds of each side, measured in turns (A B A B …) so that variations of the machine affect all of them.
 *
 * A side returns nothing (its call is timed) or the seconds that it measured itself, as a peer process does.
 */
export async function takeTurns<Name extends string>(
  sides: Record<Name, () => Promise<unknown> | unknown>,
  { rounds, warmups = 1 }: { rounds: number; warmups?: number },
): Promise<Record<Name, number>> {
  const names = Object.keys(sides) as Name[];
  const seconds = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let turn = -warmups; turn < rounds; turn++)
    for (const name of names) {
      const began = process.hrtime.bigint();
      const own = await sides[name]();
      const wall = Number(process.hrtime.bigint() - began) / 1e9;
      if (turn >= 0) seconds[name].push(typeof own === "number" ? own : wall);
    }
  return Object.fromEntries(names.map((name) => [name, median(seconds[name])])) as Record<Name, number>;
}

/** The median: the middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
}

/** The machine in one line. */
export function machine(): string {
  const gib = Math.round(totalmem() / 2 ** 30);
  return `${processor()}, ${gib} GiB, Node ${process.versions.node}, ${process.platform}`;
}

/** Load average of the last minute, to two digits. */
export function loads(): number[] {
  return [Number(loadavg()[0]?.toFixed(2))];
}

/** The result as a human-readable table. */
export function tableOf(result: { name: string | undefined; machine: string; load: number[]; rows: Row[] }): string {
  const figure = (value: number | null) => (value === null ? "–" : String(Number(value.toPrecision(4))));
  const cells = result.rows.map((it) => [
    it.what,
    figure(it.ours),
    figure(it.peer),
    it.unit,
    it.ratio === null ? "–" : `${it.ratio.toFixed(2)} ×`,
    it.peerName,
  ]);
  const lines = [["what", "ours", "peer", "unit", "ratio", "peer is"], ...cells];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const text = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [`${result.name} on ${result.machine}; load ${result.load.join(" → ")}`, "", ...text].join("\n");
}
