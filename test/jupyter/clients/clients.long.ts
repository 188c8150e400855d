import path from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../notebook/notebook";
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

  it.skipIf(server)(`runs behind jupyter_server's REST and websocket${server ? ` (${server})` : ""}`, async () => {
    const { code, output } = await runPython([path.join(__dirname, "server.py"), String(await freePort())], { prefix });
    expect(code, output).toBe(0);
    expect(output).toContain("server: ok");
  });
});
