/** Bundled by scripts/test-attack.ts. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rng } from "../../lib/random";
import { type Attack, Tally } from "./attack";
import { attacks } from "./attacks";

export { attacks };

/** Runs one attack in a folder that is gone afterwards. */
export async function runAttack(attack: Attack, seed: number, small: boolean): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "njepa-attack-"));
  const tally = new Tally();
  try {
    // Another user is let in, too.
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, "own"));
    await attack.run({ folder: join(folder, "own"), random: rng(seed).fold(attack.kind), small }, tally);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
  return tally;
}

/** A line for each kind as it ends, and the totals as the last. @returns how many tries were survived, and how many were not */
export async function runAttacks(
  options: { seed: number; small: boolean; only: string },
  print: (line: string) => void,
): Promise<{ passed: number; failed: number }> {
  const chosen = attacks.filter(({ kind }) => kind.includes(options.only));
  const width = Math.max(...chosen.map(({ kind }) => kind.length));
  const row = (kind: string, cells: readonly (string | number)[]) =>
    `${kind.padEnd(width)}${cells.map((cell) => String(cell).padStart(10)).join("")}`;
  print(row(`seed ${options.seed}`, ["tried", "survived", "lost", "hung"]));
  const total = { tried: 0, survived: 0, lost: 0, hung: 0 };
  for (const attack of chosen) {
    const { tried, survived, lost, hung, notes, figures } = await runAttack(attack, options.seed, options.small);
    print(row(attack.kind, [tried, survived, lost, hung]));
    for (const words of [...figures, ...notes]) print(`  ${words}`);
    total.tried += tried;
    total.survived += survived;
    total.lost += lost;
    total.hung += hung;
  }
  print(row("all", [total.tried, total.survived, total.lost, total.hung]));
  return { passed: total.survived, failed: total.lost + total.hung };
}
