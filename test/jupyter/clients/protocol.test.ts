import path from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../temporary-folder";
import { missing, runPython } from "./python";

const reason = missing("jupyter_kernel_test");

describe("the protocol, by PyPI's jupyter-kernel-test", () => {
  const prefix = temporaryFolder();

  it.skipIf(reason)(`passes whole, with nothing skipped${reason ? ` (not tried: ${reason})` : ""}`, async () => {
    const { code, output } = await runPython([path.join(__dirname, "protocol_test.py")], { prefix });
    expect(output).toMatch(/Ran \d+ tests/);
    expect(output).not.toMatch(/skipped=/);
    expect(code, output).toBe(0);
  });
});
