import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { withLock } from "njepa/system";
import type { Attack } from "./attack";
import { ended, library, node, textOf } from "./processes";

/** Adds one to a number in a file, again and again, and keeps its own count of what it finished. */
const counting = `
const { withLock, writeDurably } = require(process.argv[1] + "/system");
const { appendFileSync, existsSync, readFileSync } = require("node:fs");
const [, , folder, name, rounds] = process.argv;
(async () => {
  for (let round = 0; round < Number(rounds); round++) {
    await withLock(folder + "/lock", { what: "the others" }, async () => {
      const count = existsSync(folder + "/count") ? Number(readFileSync(folder + "/count", "utf8")) : 0;
      await new Promise((resolve) => setTimeout(resolve, 5));
      await writeDurably(folder + "/count", String(count + 1));
    });
    appendFileSync(folder + "/" + name, ".");
  }
})();`;

export const killedHolders: Attack = {
  kind: "lock: six at once, some killed",
  async run({ folder, random, tries }, tally) {
    for (let round = 0; round < tries(1, 2, 8); round++) {
      const place = join(folder, String(round));
      mkdirSync(place);
      const killed = [0, 1, 2].map(() => 0.2 + random.uniform());
      await tally.attempt(
        `round ${round}, kills after ${killed.map((it) => it.toFixed(2)).join(", ")} s`,
        60,
        async () => {
          const processes = [...killed, undefined, undefined, undefined].map((after, at) =>
            ended(node(["-e", counting, library, place, `by-${at}`, "12"], { cwd: place }), after),
          );
          await Promise.all(processes);
          const finished = killed
            .map((_, at) => at)
            .concat([3, 4, 5])
            .map((at) => textOf(join(place, `by-${at}`)).length);
          const [count, least] = [Number(textOf(join(place, "count"))), finished.reduce((sum, one) => sum + one, 0)];
          // Who was killed between the two files had counted once more than it could say.
          if (count < least || count > least + killed.length) return `${least} were counted, the file says ${count}`;
          return finished.slice(3).every((one) => one === 12) ? undefined : "a process that nobody killed gave up";
        },
      );
    }
  },
};

export const foreignLocks: Attack = {
  kind: "lock: namesakes, garbage, the dead",
  async run({ folder, random, tries }, tally) {
    const pids = [1, 2, process.pid, process.ppid, 2 ** 30, 0, -1, 3.5, null, "1"];
    const hosts = [hostname(), "elsewhere", "", 7];
    const starts = [undefined, "7", "", null, 1e9];
    const texts = ["", "{", "null", "[]", '"x"', "\0".repeat(9), "{}", "x".repeat(100_000)];
    const pick = <T>(of: readonly T[]) => of[random.int(0, of.length)] as T;
    for (let at = 0; at < tries(20, 100, 200); at++) {
      const holder = { pid: pick(pids), host: pick(hosts), started: pick(starts) };
      const text = random.uniform() < 0.3 ? pick(texts) : JSON.stringify(holder);
      const lock = join(folder, `lock-${at}`);
      writeFileSync(lock, text);
      const past = new Date(Date.now() - 2 * 3600_000);
      utimesSync(lock, past, past);
      await tally.attempt(`a lock that says ${text.slice(0, 80)}`, 5, async () => {
        return (await withLock(lock, { what: "" }, async () => textOf(lock).includes('"turn"')))
          ? undefined
          : "not ours";
      });
      rmSync(lock, { force: true });
    }
  },
};
