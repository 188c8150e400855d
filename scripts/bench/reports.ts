/** Notebooks from file to page, against Jupyter's tools for it, on the same kernel. */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { EngineError } from "njepa/errors";
import { installKernel } from "njepa/jupyter";
import { executeNotebook } from "njepa/notebook";
import { type Benchmark, type Row, row, takeTurns } from "./measure";
import { endWithUs, missingModules } from "./peer";

const trivialCells = 50;
const scripts = path.resolve(__dirname, "..");

export const benchmark: Benchmark = async ({ rounds, python, only }) => {
  const folder = await mkdtemp(path.join(tmpdir(), "njepa-bench-reports-"));
  try {
    // Jupyter's tools find the kernel here and nowhere else.
    installKernel({ prefix: folder });
    const env = { ...process.env, JUPYTER_PATH: path.join(folder, "share", "jupyter"), JUPYTER_PLATFORM_DIRS: "0" };
    const bench: Bench = { folder, env, python, rounds };
    const parts: [string, (bench: Bench) => Promise<Row[]>][] = [
      [`${trivialCells} trivial cells, file to page`, trivial],
      ["page of an executed notebook, first of a process", page],
      ["three notebooks at once", three],
    ];
    const rows: Row[] = [];
    for (const [what, measure] of parts) if (what.includes(only)) rows.push(...(await measure(bench)));
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

interface Bench {
  folder: string;
  env: NodeJS.ProcessEnv;
  python: string;
  rounds: number;
}

/** Cells that do almost nothing, so that the tool and the kernel's start are what is timed. */
async function trivial(bench: Bench): Promise<Row[]> {
  const file = await writeCells(bench, "trivial", trivialSources());
  const what = `${trivialCells} trivial cells, file to page`;
  const sides: Record<string, string[]> = {
    nbclient: ["-c", nbclientScript, file, path.join(bench.folder, "nbclient.ipynb")],
    nbconvert: ["-m", "nbconvert", "--to", "html", "--execute", file, "--output-dir", bench.folder],
    papermill: [
      "-m",
      "papermill",
      "-k",
      "njepa",
      "--no-progress-bar",
      file,
      path.join(bench.folder, "papermill.ipynb"),
    ],
  };
  const modules: Record<string, string> = { nbclient: "nbclient", nbconvert: "nbconvert", papermill: "papermill" };
  const absent = new Map<string, string>();
  const there: Record<string, () => Promise<void>> = { ours: () => reports(bench, [file], 1) };
  for (const [name, args] of Object.entries(sides)) {
    const missing = missingModules(bench.python, [modules[name] ?? name]);
    if (missing === undefined) there[name] = () => run(bench, bench.python, args);
    else absent.set(name, missing);
  }
  const seconds = await takeTurns(there, bench);
  return Object.keys(sides).map((name) => {
    const peerName = absent.has(name) ? `${name}, absent: ${absent.get(name)}` : name;
    return row({ what, ours: seconds.ours ?? null, peer: seconds[name] ?? null, peerName, unit: "s", better: "less" });
  });
}

/** Rendering alone, including the tool's own startup. */
async function page(bench: Bench): Promise<Row[]> {
  const file = await writeCells(bench, "usual", usualSources);
  const executed = path.join(bench.folder, "usual-executed.ipynb");
  const { status, error } = await executeNotebook(file, { output: executed, cwd: scripts });
  if (status !== "ok") throw new EngineError(`the benchmark's notebook did not run: ${error?.evalue}`);
  const what = "page of an executed notebook, first of a process";
  const missing = missingModules(bench.python, ["nbconvert"]);
  const seconds = await takeTurns<string>(
    {
      ours: () => timed(bench, process.execPath, ["-e", pageScript, executed]),
      ...(missing === undefined
        ? { nbconvert: () => timed(bench, bench.python, ["-c", nbconvertScript, executed]) }
        : {}),
    },
    bench,
  );
  const peerName = missing === undefined ? "nbconvert" : `nbconvert, absent: ${missing}`;
  const figures = { ours: seconds.ours ?? null, peer: seconds.nbconvert ?? null };
  return [row({ what, ...figures, peerName, unit: "s", better: "less" })];
}

async function three(bench: Bench): Promise<Row[]> {
  const files = await Promise.all(["one", "two", "three"].map((name) => writeCells(bench, name, trivialSources())));
  const seconds = await takeTurns(
    { alone: () => reports(bench, files.slice(0, 1), 1), together: () => reports(bench, files, 3) },
    bench,
  );
  return [
    row({
      what: "three notebooks at once",
      ours: seconds.together,
      peer: 2 * seconds.alone,
      peerName: "twice the time of one alone",
      unit: "s",
      better: "less",
    }),
  ];
}

function reports(bench: Bench, files: readonly string[], jobs: number): Promise<void> {
  const out = path.join(bench.folder, "reports");
  const args = [path.join(scripts, "reports.js"), ...files, "--out", out, "--jobs", String(jobs), "--force"];
  return run(bench, process.execPath, args);
}

async function run(bench: Bench, program: string, args: readonly string[]): Promise<void> {
  await output(bench, program, args);
}

/** The seconds printed by the program itself. */
async function timed(bench: Bench, program: string, args: readonly string[]): Promise<number> {
  return Number((await output(bench, program, args)).trim().split("\n").at(-1));
}

function output({ env }: Bench, program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, cwd: scripts, stdio: ["ignore", "pipe", "pipe"] });
    endWithUs(child);
    const texts = { out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      texts.out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      texts.err += text;
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(texts.out);
      else reject(new EngineError(`${program} ${args[0]} ended with ${code}: ${texts.err.slice(-800)}`));
    });
  });
}

function trivialSources(): string[] {
  return Array.from({ length: trivialCells }, (_, at) => `const x${at} = ${at}; console.log(x${at})`);
}

const usualSources = [
  `import * as njepa from "njepa";\nconst rows = Array.from({ length: 12 }, (_, at) => ({ method: "m" + at, accuracy: { value: 70 + at / 7, spread: 0.5, n: 3 }, fit: at }));`,
  ...[0, 1, 2, 3].map(
    (at) =>
      `await njepa.show(njepa.table(rows, { id: "table-${at}", caption: "Accuracy and time of twelve methods" }));`,
  ),
  ...[0, 1, 2].map(
    (at) =>
      `await njepa.show(njepa.figure({ data: { values: Array.from({ length: 300 }, (_, step) => ({ step, loss: Math.exp(-step / 90) })) }, mark: "line", encoding: { x: { field: "step", type: "quantitative" }, y: { field: "loss", type: "quantitative" } } }, { id: "figure-${at}", caption: "A loss that falls" }));`,
  ),
];

async function writeCells({ folder }: Bench, name: string, sources: readonly string[]): Promise<string> {
  const file = path.join(folder, `${name}.ipynb`);
  const words = "# A notebook\n\nWith $\\lambda_{NT}$ and **words**, as people write them.";
  const cells = [
    { cell_type: "markdown", id: "words", metadata: {}, source: words },
    ...sources.map((source, at) => ({
      cell_type: "code",
      id: `cell-${at}`,
      metadata: {},
      source,
      outputs: [],
      execution_count: null,
    })),
  ];
  const kernelspec = { name: "njepa", display_name: "N-JEPA (TypeScript)", language: "typescript" };
  await writeFile(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells }));
  return file;
}

const nbclientScript = `import sys, nbformat, nbclient
notebook = nbformat.read(sys.argv[1], 4)
nbclient.NotebookClient(notebook, kernel_name="njepa").execute()
nbformat.write(notebook, sys.argv[2])`;

const nbconvertScript = `import sys, time
began = time.perf_counter()
import nbformat, nbconvert
nbconvert.HTMLExporter().from_notebook_node(nbformat.read(sys.argv[1], 4))
print(time.perf_counter() - began)`;

const pageScript = `const began = performance.now();
const { pageHtml } = require("njepa/report");
const notebook = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
pageHtml({ name: "n", notebook, status: "ok", seconds: 1 }).then(({ html }) => {
  if (html.length > 2_000_000) throw new Error("the page is too large: " + html.length);
  console.log((performance.now() - began) / 1000);
});`;
