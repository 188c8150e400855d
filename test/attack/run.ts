/** Bundled by scripts/test-attack.ts. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rng } from "../../lib/random";
import { type Attack, type AttackForm, Tally } from "./attack";
import { attacks } from "./attacks";

export { attacks };

/** Runs one attack in a folder that is gone afterwards. */
export async function runAttack(attack: Attack, seed: number, form: AttackForm): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "njepa-attack-"));
  const tally = new Tally();
  const tries = (small: number, usual: number, full: number) => ({ small, usual, full })[form];
  try {
    // Another user is let in, too.
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, "own"));
    await attack.run({ folder: join(folder, "own"), random: rng(seed).fold(attack.kind), form, tries }, tally);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
  return tally;
}

export interface AttackPlan {
  seed: number;
  form: AttackForm;
  /** The kinds whose words contain this. */
  only: string;
  /** No kind begins when so many minutes are over. */
  minutes: number;
}

/**
 * A line for each kind as it ends, and the totals as the last.
 *
 * @returns how many tries were survived, how many were not, and how many kinds were not begun
 */
export async function runAttacks(
  { seed, form, only, minutes }: AttackPlan,
  print: (line: string) => void,
): Promise<{ passed: number; failed: number; left: number }> {
  const chosen = attacks.filter(({ kind }) => kind.includes(only));
  const width = Math.max(...chosen.map(({ kind }) => kind.length), 10);
  const row = (kind: string, cells: readonly (string | number)[]) =>
    `${kind.padEnd(width)}${cells.map((cell) => String(cell).padStart(10)).join("")}`;
  print(row(`seed ${seed}`, ["tried", "survived", "lost", "hung", "seconds"]));
  const total = { tried: 0, survived: 0, lost: 0, hung: 0 };
  const began = performance.now();
  const secondsSince = (start: number) => Math.round((performance.now() - start) / 1000);
  let left = 0;
  for (const attack of chosen) {
    const start = performance.now();
    if (secondsSince(began) >= 60 * minutes) {
      left++;
      print(`${attack.kind.padEnd(width)} not begun: ${minutes} minutes are over; --only tries it by itself`);
      continue;
    }
    const { tried, survived, lost, hung, notes, figures } = await runAttack(attack, seed, form);
    print(row(attack.kind, [tried, survived, lost, hung, secondsSince(start)]));
    for (const words of [...figures, ...notes]) print(`  ${words}`);
    total.tried += tried;
    total.survived += survived;
    total.lost += lost;
    total.hung += hung;
  }
  const all = `all${left === 0 ? "" : ` but ${left} kinds`}`;
  print(row(all, [total.tried, total.survived, total.lost, total.hung, secondsSince(began)]));
  return { passed: total.survived, failed: total.lost + total.hung, left };
}
