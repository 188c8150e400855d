import { type Displayable, table } from "../report";
import { formatSeconds } from "../system";
import { type CellRecord, kernelBridge } from "./kernel-bridge";

/** What a part of the library holds at the moment, by name (`bytes` are shown in MiB); undefined while it is not in use. */
export type Meter = () => Readonly<Record<string, number>> | undefined;

/** Time and memory of this session, as data and as something to show. */
export interface SessionReport extends Displayable {
  readonly cells: readonly CellRecord[];
  /** Seconds since the process began. */
  readonly seconds: number;
  /** Resident memory of the process and its JavaScript heap, in bytes. */
  readonly memory: { readonly resident: number; readonly heap: number; readonly external: number };
  /** What the parts of the library hold, by part: `meters.engine`. */
  readonly meters: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const slot = Symbol.for("njepa.meters");
type Slots = { [slot]?: Map<string, Meter> };

/** Lets a part of the library report to `session` what it holds. */
export function registerMeter(name: string, meter: Meter): void {
  const slots = globalThis as Slots;
  slots[slot] ??= new Map();
  slots[slot].set(name, meter);
}

/**
 * What this session's cells took and what is held now; `njepa.session()` as the last line of a cell shows it.
 *
 * Outside a notebook it lists no cells.
 */
export function session(): SessionReport {
  const cells = kernelBridge()?.cells() ?? [];
  const { rss, heapUsed, external } = process.memoryUsage();
  const memory = { resident: rss, heap: heapUsed, external };
  const report = { cells, seconds: process.uptime(), memory, meters: readMeters() };
  return { ...report, ...shown(report) };
}

function readMeters(): SessionReport["meters"] {
  const read = [...((globalThis as Slots)[slot] ?? [])].flatMap(([name, meter]) => {
    const values = meter();
    return values === undefined ? [] : [[name, values] as const];
  });
  return Object.fromEntries(read);
}

const mib = (bytes: number) => Math.round(bytes / 2 ** 20);

function shown({ cells, seconds, memory, meters }: Omit<SessionReport, keyof Displayable>): Displayable {
  const rows = cells.map(({ count, code, status, ...took }) => ({
    cell: count,
    code: firstLine(code),
    status,
    seconds: took.seconds,
    cpu: took.cpuSeconds,
    after: mib(took.memory.after),
    grown: mib(took.memory.after - took.memory.before),
    peak: mib(took.memory.peak),
  }));
  const held = Object.entries(meters).flatMap(([part, values]) =>
    Object.entries(values).map(([name, value]) => {
      const bytes = name.match(/^(.*?)_?[bB]ytes$/);
      return bytes ? `${part} ${bytes[1] || "memory"} ${mib(value)} MiB` : `${part} ${name} ${value}`;
    }),
  );
  const now = [`${mib(memory.resident)} MiB resident`, `JavaScript heap ${mib(memory.heap)} MiB`, ...held];
  return table(rows, {
    id: "session",
    caption: `This session, ${formatSeconds(seconds)} old. Now: ${now.join(", ")}.`,
    columns: {
      cell: {},
      code: {},
      status: {},
      seconds: { header: "time", unit: "s", digits: 2 },
      cpu: { header: "CPU", unit: "s", digits: 2 },
      after: { header: "memory after", unit: "MiB" },
      grown: { header: "grown by", unit: "MiB" },
      peak: { header: "peak", unit: "MiB" },
    },
  });
}

function firstLine(code: string): string {
  const line = code.trim().split("\n", 1)[0] ?? "";
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
