/** A training step against PyTorch's, with the varying masks of a run on both sides. */

import { join } from "node:path";
import type { Run } from "njepa";
import type { BenchmarkOptions, Row } from "./measure";
import { row, takeTurns } from "./measure";
import { missingModules, Peer } from "./peer";
import { methodRows } from "./step-methods";
import type { Part, StepsAnswer } from "./step-side";
import { runOf, type StepSize, stepSizes } from "./step-sizes";
import { openTwin } from "./twin";

const reference = join(__dirname, "..", "..", "..", "scripts", "reference");
const sideProgram = join(__dirname, "step-side.js");

export async function benchmark({ rounds, python, only }: BenchmarkOptions): Promise<Row[]> {
  const absent = missingModules(python, ["torch", "numpy"]);
  const rows: Row[] = [];
  // A size's whole name means it alone: PyTorch's bfloat16 takes minutes a step on a processor that has none.
  const named = stepSizes.filter(({ name }) => name === only);
  for (const size of named.length > 0 ? named : stepSizes.filter(({ name }) => name.includes(only))) {
    rows.push(...(await measureSize(size, Math.min(rounds, size.rounds), python, absent)));
  }
  if ("methods".includes(only)) rows.push(...(await methodRows(rounds)));
  return rows;
}

/** One side of a size: a process, the question for each turn, and the latest answer. */
interface Side {
  process: Peer;
  take(): Promise<number>;
  resident: number;
  first: number;
}

async function measureSize(size: StepSize, rounds: number, python: string, absent?: string): Promise<Row[]> {
  const run = runOf(size);
  const sides: Record<string, Side> = { ours: await openOurs(size) };
  if (!absent) {
    for (const compile of [false, true]) {
      const name = compile ? "compiled" : "eager";
      await openPeer(run, size, python, compile).then(
        (side) => {
          sides[name] = side;
        },
        (error: Error) => process.stderr.write(`PyTorch ${name} is left out: ${error.message}\n`),
      );
    }
  }
  const ours = sides.ours as Side;
  try {
    const turns = Object.fromEntries(Object.entries(sides).map(([name, side]) => [name, () => side.take()]));
    const seconds = await takeTurns(turns, { rounds });
    const parts = await ours.process.ask<StepsAnswer>({ steps: size.steps, how: "parts" });
    const loop = await takeTurns(
      {
        loop: async () => (await ours.process.ask<StepsAnswer>({ steps: size.steps, how: "loop" })).seconds,
        step: () => ours.take(),
      },
      { rounds, warmups: 0 },
    );
    return rowsOf(run, size, sides, seconds, { parts, loop: loop.loop, step: loop.step }, absent);
  } finally {
    for (const side of Object.values(sides)) side.process.stop();
  }
}

function rowsOf(
  run: Run,
  { name, steps }: StepSize,
  sides: Record<string, Side>,
  seconds: Record<string, number>,
  { parts, loop, step }: { parts: StepsAnswer; loop: number; step: number },
  absent?: string,
): Row[] {
  const batch = run.optimizer.batchSize;
  const ours = sides.ours as Side;
  const rate = (side: string) => (seconds[side] ? batch / seconds[side] : null);
  const megabytes = (side: Side | undefined) => (side ? side.resident / 1e6 : null);
  const missing = absent ? `PyTorch (absent: ${absent})` : undefined;
  const peers = ["eager", "compiled"].map((kind) =>
    row({
      what: `${name}: step`,
      ours: rate("ours"),
      peer: rate(kind),
      peerName: missing ?? `PyTorch ${kind}`,
      unit: "images/s",
      better: "more",
    }),
  );
  const memory = ["eager", "compiled"].map((kind) =>
    row({
      what: `${name}: resident memory`,
      ours: megabytes(ours),
      peer: megabytes(sides[kind]),
      peerName: missing ?? `PyTorch ${kind}`,
      unit: "MB",
      better: "less",
    }),
  );
  const alone = (what: string, figure: number, unit: string, peer: number | null = null, peerName = "–") =>
    row({ what: `${name}: ${what}`, ours: figure, peer, peerName, unit, better: "less" });
  const compiling = (side: Side | undefined, median: number | undefined) =>
    side && median !== undefined ? Math.max(0, side.first - median) * steps : null;
  return [
    ...peers,
    ...memory,
    ...(Object.entries(parts.parts ?? {}) as [Part, number][]).map(([part, time]) =>
      alone(`time of ${part}`, time * 1000, "ms"),
    ),
    alone("the loop around the step", Math.max(0, 100 * (loop / step - 1)), "% of the step"),
    alone(
      `first turn, compiling ${parts.signatures} signatures`,
      compiling(ours, seconds.ours) ?? Number.NaN,
      "s",
      compiling(sides.compiled, seconds.compiled),
      missing ?? "PyTorch compiled, dynamic shapes",
    ),
  ];
}

async function openOurs({ input, rawSize, steps }: StepSize): Promise<Side> {
  const peer = new Peer(process.execPath, [sideProgram]);
  await peer.ask({ open: { input, rawSize } });
  const side: Side = {
    process: peer,
    resident: 0,
    first: Number.NaN,
    take: async () => {
      const { seconds, resident } = await peer.ask<StepsAnswer>({ steps, how: "step" });
      side.resident = resident;
      if (Number.isNaN(side.first)) side.first = seconds;
      return seconds;
    },
  };
  return side;
}

async function openPeer(run: Run, { steps }: StepSize, python: string, compile: boolean): Promise<Side> {
  const twin = await openTwin(run, { python, program: join(reference, "peer.py"), steps, compile });
  const side: Side = {
    process: twin.process,
    resident: 0,
    first: Number.NaN,
    take: async () => {
      const { seconds, resident } = await twin.take();
      const mean = seconds.reduce((sum, each) => sum + each, 0) / steps;
      side.resident = resident;
      if (Number.isNaN(side.first)) side.first = mean;
      return mean;
    },
  };
  return side;
}
