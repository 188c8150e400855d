import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { dataSource, openDataset, publishedData } from "../data";
import { listKernels } from "../jupyter";
import { cacheFolder, folderBytes, formatBytes, invocation } from "../system";
import type { Finding } from "./finding";
import { checkCompiledPrograms, checkPjrt } from "./program-checks";
import { checkEngine, checkGpu, checkTensorFlow } from "./tensorflow-checks";

type Check = [what: string, check: () => Finding | Promise<Finding>];

/**
 * Findings on what njepa needs of this machine, in order of dependency; nothing is fetched.
 *
 * A check that throws becomes a finding with its message.
 *
 * @param options.verify read every byte of the cached library and of the data
 */
export async function inspectMachine(options: { verify?: boolean } = {}): Promise<Finding[]> {
  const { verify = false } = options;
  const pip = "Install it where TensorFlow has to be fetched.";
  const lab = "Install it if you want to open the notebooks in it; the reports do not need it.";
  const checks: Check[] = [
    ["Node", node],
    ["npm", () => program("npm", ["npm", "--version"], "missing", "Install npm; it comes with Node.")],
    ["TensorFlow", () => checkTensorFlow(verify)],
    ["engine", checkEngine],
    ["compiled programs", checkCompiledPrograms],
    ["PJRT plugin", checkPjrt],
    ["GPU", checkGpu],
    ...publishedData.map((name): Check => [name, () => published(name, verify)]),
    ["pip", () => program("pip", ["python3", "-m", "pip", "--version"], "optional", pip)],
    ["kernel", kernel],
    ["JupyterLab", () => program("JupyterLab", ["jupyter", "lab", "--version"], "optional", lab)],
    ["caches", caches],
  ];
  const findings: Finding[] = [];
  for (const [what, check] of checks) {
    try {
      findings.push(await check());
    } catch (error) {
      findings.push({ what, state: "broken", detail: (error as Error).message });
    }
  }
  return findings;
}

/** The findings as lines, each remedy below its own. */
export function findingsText(findings: readonly Finding[]): string {
  const signs = { ok: "ok", missing: "MISSING", broken: "BROKEN", optional: "-" } as const;
  const width = Math.max(...findings.map(({ what }) => what.length)) + 2;
  return findings
    .flatMap(({ what, state, detail, remedy }) => [
      `${signs[state].padEnd(9)}${what.padEnd(width)}${detail}`,
      ...(remedy === undefined ? [] : [`${" ".repeat(9 + width)}→ ${remedy}`]),
    ])
    .join("\n");
}

function node(): Finding {
  const { version } = process;
  const [major = 0] = process.versions.node.split(".").map(Number);
  const detail = `${version} on ${process.platform}-${process.arch}`;
  if (major >= 20) return { what: "Node", state: "ok", detail };
  return { what: "Node", state: "broken", detail, remedy: "Install Node 20 or newer." };
}

function program(what: string, command: string[], absent: Finding["state"], remedy: string): Finding {
  const [name = "", ...args] = command;
  const answer = spawnSync(name, args, { encoding: "utf8", timeout: 30_000 });
  if (answer.status !== 0) return { what, state: absent, detail: "not found", remedy };
  return { what, state: "ok", detail: answer.stdout.trim().split("\n")[0] ?? "" };
}

/** Finding on a published data set: the notebooks need the first; the others are fetched on demand. */
async function published(name: (typeof publishedData)[number], verify: boolean): Promise<Finding> {
  const found = (await dataSource(name)).locate?.();
  if (!found) {
    const state = name === "fashion-mnist" ? "missing" : "optional";
    return {
      what: name,
      state,
      detail: "not on this machine",
      remedy: `Run "${invocation("setup", `--data ${name}`)}".`,
    };
  }
  const detail = `${found.source}, ${formatBytes(await folderBytes(found.directory))}, ${found.directory}`;
  if (!verify) return { what: name, state: "ok", detail };
  await openDataset({ name });
  return { what: name, state: "ok", detail: `${detail}, opened and checked` };
}

function kernel(): Finding {
  const ours = listKernels().find(({ name }) => name === "njepa");
  const remedy = `Run "${invocation("kernel", "install")}"; "${invocation("reports")}" does not need it.`;
  if (ours === undefined) return { what: "kernel", state: "optional", detail: "not known to Jupyter", remedy };
  if (ours.missing.length > 0) {
    return { what: "kernel", state: "broken", detail: `${ours.folder}: missing ${ours.missing.join(", ")}`, remedy };
  }
  return { what: "kernel", state: "ok", detail: `${ours.displayName}, ${ours.folder}` };
}

/** Sizes of the caches, by part: what was fetched, what XLA compiled, and so on. */
async function caches(): Promise<Finding> {
  const folder = cacheFolder();
  const parts = existsSync(folder) ? readdirSync(folder).sort() : [];
  const bytes = await Promise.all(parts.map((part) => folderBytes(join(folder, part))));
  const sizes = parts.map((part, at) => `${part} ${formatBytes(bytes[at] ?? 0)}`).join(", ");
  const all = formatBytes(bytes.reduce((sum, one) => sum + one, 0));
  return { what: "caches", state: "ok", detail: `${all} in ${folder} (${sizes})` };
}
