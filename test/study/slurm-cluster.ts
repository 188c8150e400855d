import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** One node on loopback with a controller, a daemon and authentication of its own, all in one folder. */
export interface SlurmCluster {
  folder: string;
  /** For the clients: names the cluster's configuration. */
  env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

const programs = ["munged", "slurmctld", "slurmd", "sbatch", "scontrol", "squeue"];

/** Why no cluster can be set up here; undefined when one can. */
export function slurmMissing(): string | undefined {
  const missing = programs.filter((name) => spawnSync("which", [name], { env: paths() }).status !== 0);
  if (missing.length > 0)
    return `${missing.join(", ")} not installed (Debian: apt-get install slurmctld slurmd slurm-client munge)`;
  return userInfo().uid === 0 ? undefined : "slurmd needs root to start jobs";
}

/** Debian keeps the daemons where only root looks. */
function paths(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
}

/** Starts the cluster and waits until its node takes jobs. */
export async function startSlurm(): Promise<SlurmCluster> {
  const folder = mkdtempSync(join(tmpdir(), "njepa-slurm-"));
  // munged refuses a folder that others could write to.
  chmodSync(folder, 0o755);
  const inside = (name: string) => join(folder, name);
  for (const name of ["state", "spool", "munge"]) mkdirSync(inside(name), { mode: 0o755 });
  writeFileSync(inside("munge/key"), randomBytes(128), { mode: 0o400 });
  const [controller, daemon] = [await freePort(), await freePort()];
  writeFileSync(inside("slurm.conf"), configuration(inside, controller, daemon));
  const env = { ...paths(), SLURM_CONF: inside("slurm.conf") };
  const children: ChildProcess[] = [];
  const start = (program: string, words: string[]) => {
    const child = spawn(program, words, { env, stdio: "ignore" });
    child.on("error", () => {});
    children.push(child);
  };
  const stop = async () => {
    for (const child of children.reverse()) {
      child.kill("SIGTERM");
      for (let tries = 0; tries < 50 && child.exitCode === null && child.signalCode === null; tries++) await sleep(100);
      child.kill("SIGKILL");
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const socket = [
    "--socket",
    inside("munge/socket"),
    "--key-file",
    inside("munge/key"),
    "--seed-file",
    inside("munge/seed"),
  ];
  start("munged", [
    "--foreground",
    "--force",
    ...socket,
    "--pid-file",
    inside("munge/pid"),
    "--log-file",
    inside("munge/log"),
  ]);
  await sleep(500);
  start("slurmctld", ["-D", "-c", "-f", inside("slurm.conf")]);
  await sleep(500);
  start("slurmd", ["-D", "-c", "-f", inside("slurm.conf"), "-N", node()]);
  for (let tries = 0; tries < 120; tries++) {
    const state = spawnSync("sinfo", ["--noheader", "--format=%T"], { env, encoding: "utf8" }).stdout?.trim();
    if (state === "idle") return { folder, env, stop };
    await sleep(250);
  }
  const log = ["slurmctld.log", "slurmd.log", "munge/log"].map((name) => lastLines(inside(name))).join("\n");
  await stop();
  throw new Error(`Slurm's node did not become idle:\n${log}`);
}

function configuration(inside: (name: string) => string, controller: number, daemon: number): string {
  const user = userInfo().username;
  const cores = availableParallelism();
  return `${[
    "ClusterName=njepa",
    `SlurmctldHost=${node()}(127.0.0.1)`,
    `SlurmUser=${user}`,
    `SlurmdUser=${user}`,
    `SlurmctldPort=${controller}`,
    `SlurmdPort=${daemon}`,
    "AuthType=auth/munge",
    // Also the time that a requeued job waits before it starts again.
    `AuthInfo=socket=${inside("munge/socket")},cred_expire=2`,
    // Ended jobs are asked about at the end of the test; by default they are forgotten after 5 minutes.
    "MinJobAge=3600",
    "CredType=cred/munge",
    `StateSaveLocation=${inside("state")}`,
    `SlurmdSpoolDir=${inside("spool")}`,
    `SlurmctldPidFile=${inside("slurmctld.pid")}`,
    `SlurmdPidFile=${inside("slurmd.pid")}`,
    `SlurmctldLogFile=${inside("slurmctld.log")}`,
    `SlurmdLogFile=${inside("slurmd.log")}`,
    "ProctrackType=proctrack/linuxproc",
    "TaskPlugin=task/none",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_CPU",
    "SchedulerParameters=sched_min_interval=100000,defer_batch",
    "MpiDefault=none",
    "JobRequeue=1",
    "KillWait=20",
    "ReturnToService=2",
    `NodeName=${node()} NodeAddr=127.0.0.1 CPUs=${cores} State=UNKNOWN`,
    `PartitionName=main Nodes=${node()} Default=YES MaxTime=INFINITE State=UP`,
  ].join("\n")}\n`;
}

function node(): string {
  return hostname().split(".")[0] as string;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

function lastLines(path: string): string {
  try {
    return `${path}:\n${readFileSync(path, "utf8").split("\n").slice(-15).join("\n")}`;
  } catch {
    return `${path}: nothing`;
  }
}
