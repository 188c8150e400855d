import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../lib/errors";
import { openStudy, planSlurm, type SlurmOptions } from "../../lib/study";
import { temporaryFolder } from "../temporary-folder";
import { smallStudy } from "./small-study";

const study = openStudy(smallStudy(), { preset: "smoke" });
const plan = (options: SlurmOptions = {}, folder = "/store") => planSlurm([study], study.jobs, { folder }, options);

describe("planSlurm", () => {
  it("asks for an array of the jobs, a requeue, and a signal before the time limit", () => {
    const { cells, dependency } = plan({ jobs: 2, partition: "gpu", account: "lab", gres: "gpu:1", time: "2:00:00" });
    for (const line of ["--array=0-3%2", "--requeue", "--signal=B:USR1@120", "--open-mode=append"])
      expect(cells).toContain(`#SBATCH ${line}\n`);
    for (const line of ["--partition=gpu", "--account=lab", "--gres=gpu:1", "--time=2:00:00"])
      expect(cells).toContain(`#SBATCH ${line}\n`);
    expect(cells).toMatch(/\nexec \S+ \S+slurm-task\.js \S+manifest\.json\n$/);
    expect(dependency).toBe("afterok");
  });

  it("passes any other option through, and refuses one that could end the line", () => {
    const { cells } = plan({ sbatch: { qos: "high", exclusive: true, comment: "two words" } });
    expect(cells).toContain('#SBATCH --qos=high\n#SBATCH --exclusive\n#SBATCH --comment="two words"\n');
    expect(() => plan({ sbatch: { comment: "a\nrm -rf /" } })).toThrow(ConfigError);
    expect(() => plan({ sbatch: { "x; y": 1 } })).toThrow("expected an option's long name");
  });

  it("writes scripts that bash reads, also with a quote in the folder's name, and that name no Python", () => {
    const { cells, report } = plan({ report: ["echo", "it's done"] }, "/it's a $(store)");
    for (const script of [cells, report]) {
      expect(spawnSync("bash", ["-n"], { input: script }).status).toBe(0);
      expect(script).not.toContain("python");
    }
    const said = spawnSync("bash", [], { input: report.replace(/^.*slurm-report.*$/m, ""), encoding: "utf8" });
    expect(said.stdout).toBe("it's done\n");
  });

  it("opens for the report the study that was submitted: its seeds, threads and label lists", () => {
    const list = join(temporaryFolder(), "1percent.txt");
    writeFileSync(list, "n1_0.JPEG\n");
    const own = openStudy("table-6b", { preset: "demo", seeds: [7], threads: 2, labelLists: { "0.01": list } });
    const [told] = planSlurm([own], own.jobs, { folder: "/store" }).manifest.studies;
    const { input, ...options } = JSON.parse(JSON.stringify(told));
    expect(openStudy(input, options)).toEqual(own);
    expect(Object.keys(options).sort()).toEqual(["labelLists", "preset", "seeds", "threads"]);
  });

  it("is the same for the same study, and another folder for another one", () => {
    expect(plan().folder).toBe(plan().folder);
    const other = openStudy(smallStudy({ steps: 9 }), { preset: "smoke" });
    expect(planSlurm([other], other.jobs, { folder: "/store" }).folder).not.toBe(plan().folder);
  });
});
