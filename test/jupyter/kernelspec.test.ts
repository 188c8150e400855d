import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { KernelError } from "../../lib/errors";
import { installKernel, jupyterDataFolder, listKernels, removeKernel, startKernel } from "../../lib/jupyter";
import { temporaryFolder } from "../temporary-folder";

describe("jupyterDataFolder", () => {
  it("follows the variables first and the platform then", () => {
    expect(jupyterDataFolder({ JUPYTER_DATA_DIR: "/d", XDG_DATA_HOME: "/x" }, "linux", "/h")).toBe("/d");
    expect(jupyterDataFolder({ XDG_DATA_HOME: "/x" }, "linux", "/h")).toBe("/x/jupyter");
    expect(jupyterDataFolder({}, "linux", "/h")).toBe("/h/.local/share/jupyter");
    expect(jupyterDataFolder({}, "darwin", "/h")).toBe("/h/Library/Jupyter");
    expect(jupyterDataFolder({ APPDATA: "/r" }, "win32", "/h")).toBe("/r/jupyter");
  });
});

describe("installKernel", () => {
  const prefix = temporaryFolder();

  it("writes a kernel.json that starts, typed and with our library, in a folder far from it", async () => {
    const folder = installKernel({ prefix });
    expect(folder).toBe(path.join(prefix, "share", "jupyter", "kernels", "njepa"));
    const spec = JSON.parse(readFileSync(path.join(folder, "kernel.json"), "utf8"));
    expect(spec.display_name).toBe("N-JEPA (TypeScript)");
    expect(spec.interrupt_mode).toBe("message");
    const kernel = await startKernel({ argv: spec.argv, cwd: temporaryFolder() });
    try {
      const use = await kernel.execute('import * as njepa from "njepa"; typeof njepa');
      expect(use).toMatchObject({ status: "ok" });
      const misuse = await kernel.execute("njepa.noSuchWord");
      expect(misuse.failure?.evalue).toContain("Property 'noSuchWord' does not exist on type");
    } finally {
      await kernel.shutdown();
    }
  });

  it("can be listed, tells what is missing, and removed", () => {
    installKernel({ prefix });
    const [kernel] = listKernels({ prefix });
    expect(kernel).toMatchObject({ name: "njepa", language: "typescript", missing: [] });
    const other = path.join(prefix, "share", "jupyter", "kernels", "other");
    mkdirSync(other);
    writeFileSync(path.join(other, "kernel.json"), JSON.stringify({ argv: ["/no/such/node", "x"] }));
    expect(listKernels({ prefix }).find(({ name }) => name === "other")?.missing).toEqual(["/no/such/node"]);
    expect(removeKernel({ prefix })).toBe(kernel?.folder);
    expect(existsSync(kernel?.folder ?? "")).toBe(false);
    expect(removeKernel({ prefix })).toBeUndefined();
  });

  it("refuses two places at once and a prefix that is a file", () => {
    expect(() => installKernel({ user: true, prefix })).toThrow(KernelError);
    const file = path.join(prefix, "file");
    writeFileSync(file, "");
    expect(() => installKernel({ prefix: file })).toThrow(/cannot be installed in .*file/);
  });
});
