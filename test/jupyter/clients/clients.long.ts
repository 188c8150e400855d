import path from "node:path";
import { describe, expect, it } from "vitest";
import { writeCells } from "../../notebook/notebook";
import { temporaryFolder } from "../../temporary-folder";
import { bindingCases } from "../binding-cases";
import { languageCases } from "../language-cases";
import { freePort, missing, runPython } from "./python";

const prefix = temporaryFolder();
const clients = missing("nbclient", "nbconvert", "papermill");
const server = missing("jupyter_server", "tornado");

describe("our kernel under Jupyter's clients", () => {
  it.skipIf(clients)(
    `runs in nbclient, nbconvert, papermill and jupyter_client${clients ? ` (${clients})` : ""}`,
    async () => {
      const { code, output } = await runPython([path.join(__dirname, "clients.py")], { prefix });
      console.log(output);
      expect(code, output).toBe(0);
      expect(output).not.toMatch(/skipped=/);
    },
  );

  it.skipIf(clients)(`gives every binding case its value in nbclient${clients ? ` (${clients})` : ""}`, async () => {
    const cells = [...bindingCases, ...languageCases].flatMap(({ what, cells, expression, value }) => {
      const wanted = JSON.stringify(JSON.stringify(value));
      const check = `{ const got = JSON.stringify(${expression}); if (got !== ${wanted}) throw new Error(${JSON.stringify(what)} + ": " + got) }`;
      return [...cells, check];
    });
    const file = writeCells(prefix, ...cells);
    const program = `import nbformat, nbclient, sys
notebook = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(notebook, timeout=300, startup_timeout=300, kernel_name="njepa").execute()
print("cells:", sum(cell.execution_count is not None for cell in notebook.cells))`;
    const { code, output } = await runPython(["-c", program, file], { prefix });
    expect(code, output).toBe(0);
    expect(output).toContain(`cells: ${cells.length}`);
  });

  it.skipIf(server)(`runs behind jupyter_server's REST and websocket${server ? ` (${server})` : ""}`, async () => {
    const { code, output } = await runPython([path.join(__dirname, "server.py"), String(await freePort())], { prefix });
    expect(code, output).toBe(0);
    expect(output).toContain("server: ok");
  });
});
