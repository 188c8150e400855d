import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { dataSource } from "njepa/data";
import { type Attack, slowness } from "./attack";
import { ended, node, ownCache, scripts, textOf } from "./processes";

/** A cache whose TensorFlow is linked and whose data are copies, so that setup has something to check and to mend. */
export const killedSetup: Attack = {
  kind: "setup: killed at random moments, two at once, then to the end",
  async run({ folder, random, tries }, tally) {
    const found = (await dataSource("fashion-mnist")).locate?.();
    if (!found) return;
    for (let round = 0; round < tries(1, 1, 6); round++) {
      const cache = join(folder, `cache-${round}`);
      mkdirSync(cache);
      const kills = [random.uniform() * 3, random.uniform() * 3];
      await tally.attempt(
        `two at once, killed after ${kills.map((it) => it.toFixed(2)).join(" and ")} s`,
        120,
        async () => {
          const data = join(cache, "data");
          cpSync(found.directory, data, { recursive: true, dereference: true });
          const env = { NJEPA_DATA: data };
          const setup = (after?: number) =>
            ended(node([join(scripts, "setup.js"), "--device", "cpu"], { cwd: folder, env }), after);
          await Promise.all(kills.map((seconds) => setup(seconds)));
          const last = await setup();
          if (last.code !== 0) return `exit ${last.code}: ${last.said.slice(-500)}`;
          const [files, wanted] = [data, found.directory].map((place) => readdirSync(place).sort().join());
          return files === wanted ? undefined : `its folder holds ${files}`;
        },
      );
    }
  },
};

/** A training and its cache on disks too small for what is written, and on one that only reads. */
export const fullDisks: Attack = {
  kind: "train: full and read-only disks for its folder, its temporary files, its programs",
  async run({ folder, form }, tally) {
    if (form === "small" || process.getuid?.() !== 0) return;
    const disk = join(folder, "disk");
    mkdirSync(disk);
    const train = (out: string, compiler: "graph" | "xla" = "graph", env: NodeJS.ProcessEnv = {}) =>
      ended(
        node(
          [
            join(scripts, "train.js"),
            ...["--preset", "smoke", "--device", "cpu", "--out", out, "--checkpoint-every", "2"],
            ...[
              "--set",
              "data.trainLimit=96",
              "--set",
              "optimizer.batchSize=16",
              "--set",
              `train.compiler=${compiler}`,
            ],
          ],
          { cwd: folder, env },
        ),
        200 * slowness(),
      );
    const onDisk = async (what: string, options: string, work: () => Promise<string | undefined>) => {
      if (spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", disk]).status !== 0) return;
      await tally.attempt(what, 240, work);
      spawnSync("umount", [disk]);
    };
    for (const size of form === "full" ? ["8k", "64k", "600k"] : ["64k"])
      await onDisk(`a run's folder on ${size}`, `size=${size}`, async () => {
        const { code, signal, said } = await train(join(disk, "run"));
        if (code !== 1 || !/full|ENOSPC/i.test(said) || /\n {4}at /.test(said))
          return `exit ${code ?? signal}: ${said.slice(-500)}`;
        const half = whatIsHalf(join(disk, "run"));
        return half === undefined ? undefined : `left: ${half}`;
      });
    await onDisk("a run's folder that only reads", "size=1m,ro", async () => {
      const { code, signal, said } = await train(join(disk, "run"));
      const isTold = code === 1 && /EROFS|read-only|cannot be written|no permission/i.test(said);
      return isTold && !/\n {4}at /.test(said) ? undefined : `exit ${code ?? signal}: ${said.slice(-500)}`;
    });
    for (const [what, options] of [
      ["programs kept on 16 kB", "size=16k"],
      ["programs kept on a disk that only reads", "size=1m,ro"],
    ] as const)
      await onDisk(what, options, async () => {
        const { code, signal, said } = await train(
          join(folder, what.replaceAll(" ", "-")),
          "xla",
          await ownCache(disk),
        );
        return code === 0 ? undefined : `exit ${code ?? signal}: ${said.slice(-500)}`;
      });
    if (form !== "full") return;
    await onDisk("temporary files on 4 kB", "size=4k", async () => {
      const { code, signal, said } = await train(join(folder, "temporary"), "graph", { TMPDIR: disk });
      return code === 0 || (code === 1 && /full|ENOSPC/i.test(said))
        ? undefined
        : `exit ${code ?? signal}: ${said.slice(-500)}`;
    });
  },
};

/** A JSON file that is no JSON, or a checkpoint without its seal. */
function whatIsHalf(run: string): string | undefined {
  if (!existsSync(run)) return undefined;
  for (const name of readdirSync(run, { recursive: true, encoding: "utf8" })) {
    const file = join(run, name);
    if (!statSync(file).isFile() || !name.endsWith(".json")) continue;
    try {
      JSON.parse(textOf(file));
    } catch {
      return name;
    }
  }
  return undefined;
}
