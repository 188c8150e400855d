import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { locateTensorFlow } from "../../lib/engine";

const source = `
  const { compile, ready, tf } = require("njepa/engine");
  ready().then(async () => {
    const f = compile((x) => tf.softmax(tf.matMul(x, x, false, true)), { name: "kept" });
    const x = tf.tensor2d(Float32Array.from({ length: 900 }, (_, index) => Math.sin(index)), [30, 30]);
    console.log(Buffer.from((await f(x)).dataSync().buffer).toString("hex"));
  });
`;

describe("compiled programs", () => {
  it("outlive their process: the next one takes them from the cache, and gets the same bits", () => {
    const cache = mkdtempSync(join(tmpdir(), "njepa-programs-"));
    const env = { ...process.env, XDG_CACHE_HOME: cache, NJEPA_TENSORFLOW: locateTensorFlow().library?.directory };
    const run = () => {
      const { stdout, stderr } = spawnSync(process.execPath, ["-e", source], { encoding: "utf8", env });
      const [folder] = readdirSync(join(cache, "njepa/xla")) as [string];
      const files = readdirSync(join(cache, "njepa/xla", folder)).map((name) => {
        const { mtimeMs, size } = statSync(join(cache, "njepa/xla", folder, name));
        return { name, mtimeMs, size };
      });
      return { stdout, stderr, files };
    };
    const first = run();
    const second = run();
    expect(first.stdout).toMatch(/^[0-9a-f]{7200}\n$/);
    expect(first.files).toHaveLength(1);
    expect(first.stderr).toBe("");
    expect(second).toEqual(first);
  });
});
