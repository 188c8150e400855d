import { spawnSync } from "node:child_process";
import type { Replayed } from "./replay";

/** What PJRT computed of some tests: how many alike, which ops it has no program for, and which values differ. */
export interface PjrtCounts {
  passed: number;
  inexpressible: { op: string; tests: number; why: string }[];
  different: { name: string; op: string; why: string }[];
}

export function countsOf(compiled: readonly { name: string; found: Replayed }[]): PjrtCounts {
  const different = compiled.flatMap(({ name, found }) => (found.state === "different" ? [{ name, ...found }] : []));
  const ops = new Map<string, { tests: number; why: string }>();
  for (const { found } of compiled) {
    if (found.state !== "inexpressible") continue;
    const { op, why } = found;
    ops.set(op, { tests: (ops.get(op)?.tests ?? 0) + 1, why });
  }
  const inexpressible = [...ops].sort(([, a], [, b]) => b.tests - a.tests).map(([op, rest]) => ({ op, ...rest }));
  const passed = compiled.filter(({ found }) => found.state === "same").length;
  return { passed, inexpressible, different };
}

/** Parts in processes of their own: a thousand compiled programs and what tests leave behind fill gigabytes. */
const PARTS = 12;

/** Runs every part, and says how each ended; one that ended without counts is a failure. */
export function countParts(script: string, { grep, all }: { grep: string; all: boolean }): PjrtCounts {
  const sum: PjrtCounts = { passed: 0, inexpressible: [], different: [] };
  for (let part = 1; part <= PARTS; part++) {
    const name = `${part}/${PARTS}`;
    const rest = ["--json", "--grep", grep, ...(all ? ["--all"] : [])];
    const { stdout, status, signal } = spawnSync(process.execPath, [script, "--pjrt", "--part", name, ...rest], {
      encoding: "utf8",
      maxBuffer: 1e8,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const counts = countsIn(stdout) ?? failedPart(name, `ended with ${signal ?? status} and without counts`);
    console.error(`part ${name}: ${sentence(counts)}`);
    sum.passed += counts.passed;
    sum.different.push(...counts.different);
    for (const one of counts.inexpressible) {
      const known = sum.inexpressible.find(({ op }) => op === one.op);
      if (known) known.tests += one.tests;
      else sum.inexpressible.push(one);
    }
  }
  return sum;
}

function countsIn(text: string): PjrtCounts | null {
  try {
    return JSON.parse(text) as PjrtCounts;
  } catch {
    return null;
  }
}

const failedPart = (name: string, why: string): PjrtCounts => ({
  passed: 0,
  inexpressible: [],
  different: [{ name: `part ${name}`, op: "it", why }],
});

function sentence({ passed, inexpressible, different }: PjrtCounts): string {
  const tests = inexpressible.reduce((sum, one) => sum + one.tests, 0);
  return `${passed} passed, ${different.length} failed, ${tests} not expressible`;
}

/** The ops that cannot be lowered, each test whose values differ, and the counts. */
export function linesOf(counts: PjrtCounts): string[] {
  const { inexpressible, different } = counts;
  return [
    ...inexpressible.map(({ op, tests, why }) => `not expressible: ${op} (${tests} tests): ${why}`),
    ...different.map(({ name, op, why }) => `FAILED ${name}\n       ${op} ${why}`),
    sentence(counts),
  ];
}
