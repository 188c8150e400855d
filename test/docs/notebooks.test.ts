import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runReports } from "../../lib/headless";
import { executeNotebook } from "../../lib/notebook";
import { createProject } from "../../lib/project";
import { temporaryFolder } from "../temporary-folder";

const notebooks = join(__dirname, "../../notebooks");
const folder = temporaryFolder();

const shown = (cells: readonly object[]) => JSON.stringify(cells);

describe("the notebooks for what people do", () => {
  it.each([
    ["own-objective", { steps: 3 }, "variance"],
    ["low-shot", { steps: 2, shots: [1], seeds: [0, 1] }, "N-JEPA less I-JEPA"],
  ] as const)("%s runs every cell", async (name, parameters, says) => {
    const run = await executeNotebook(join(notebooks, `${name}.ipynb`), { cwd: folder, parameters, timeout: 280 });
    expect(run.error).toBeUndefined();
    expect(run.status).toBe("ok");
    expect(shown(run.notebook.cells)).toContain(says);
  });
});

describe("createProject", () => {
  it("makes a folder whose notebook runs on its own images, by the command that its README says", async () => {
    const project = join(folder, "mine");
    expect(await createProject(project)).toEqual(["README.md", "run.json", "start.ipynb"]);
    await writeDiscs(join(project, "images"));
    const notebook = join(project, "start.ipynb");
    // As the README says for a laptop: a few steps; and by TensorFlow's kernels, since XLA would compile for longer than they take.
    const settings = join(project, "run.json");
    writeFileSync(
      settings,
      JSON.stringify({ ...JSON.parse(readFileSync(settings, "utf8")), train: { compiler: "graph" } }),
    );
    writeFileSync(notebook, readFileSync(notebook, "utf8").replace("let steps = 0;", "let steps = 2;"));
    const run = await runReports({ notebooks: [project], out: join(project, "reports") });
    const page = readFileSync(join(project, "reports/start.html"), "utf8");
    expect(run.ok, page.slice(0, 3000)).toBe(true);
    for (const word of ["left", "right", "24 png", "raw pixels", "masks"]) expect(page).toContain(word);
    expect(readdirSync(project).sort()).toEqual(["README.md", "images", "reports", "run.json", "start.ipynb"]);
  });

  it("refuses a folder that has files in it", async () => {
    await expect(createProject(join(folder, "mine"))).rejects.toThrow(/mine is not empty\. Name a folder/);
  });
});

/** Bright discs in the left or in the right half of gray images of 24 × 24 pixels. */
async function writeDiscs(images: string): Promise<void> {
  const { arrayDataset, writeImageFolder } = await import("../../lib/data");
  const [side, count] = [24, 24];
  const pixels = new Uint8Array(count * side * side);
  const labels = Int32Array.from({ length: count }, (_, image) => image % 2);
  for (const at of pixels.keys()) {
    const image = Math.floor(at / side ** 2);
    const [x, y] = [at % side, Math.floor(at / side) % side];
    if (Math.hypot(x - (labels[image] === 0 ? 6 : 17), y - 12) < 3 + (image % 4)) pixels[at] = 255;
  }
  const part = { pixels, labels };
  const size = { height: side, width: side, channels: 1 };
  const data = arrayDataset({ name: "discs", classNames: ["left", "right"], ...size, train: part, test: part });
  await writeImageFolder(data, "train", images);
}
