import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseRun } from "../../lib/config";
import { ready, tf } from "../../lib/engine";
import { encode } from "../../lib/model";
import { createTrainState, exportEncoder } from "../../lib/train";

const python = process.env.NJEPA_PEER_PYTHON || "python3";
const hasTimm = spawnSync(python, ["-c", "import timm, safetensors, torch"]).status === 0;
if (!hasTimm) console.warn(`skipped: ${python} has no timm (NJEPA_PEER_PYTHON)`);

/** The Python of docs/how-to.md, and what it makes of the images whose bytes are given. */
const lines = /```python\n([\s\S]*?)```/.exec(readFileSync(join(__dirname, "../../docs/how-to.md"), "utf8"))?.[1];
const program = `${lines}
import sys
pixels = torch.frombuffer(bytearray(open("images", "rb").read()), dtype=torch.float32).reshape(3, 1, 28, 28)
with torch.no_grad():
    sys.stdout.buffer.write(model(pixels).numpy().tobytes())
`;

import { temporaryFolder } from "../temporary-folder";

describe.skipIf(!hasTimm)("an exported encoder, in timm", () => {
  let folder: string;
  beforeAll(async () => {
    folder = temporaryFolder();
    await ready({ device: "cpu" });
  });

  it.each(["student", "teacher"] as const)("gives our features of the last layer within 1e-4: %s", async (encoder) => {
    const state = createTrainState(parseRun({ preset: "smoke" }));
    // The teacher starts as the student's copy: let them differ.
    for (const variable of Object.values(state.teacher)) variable.assign(tf.mul(variable.read(), 1.5));
    const images = tf.randomNormal([3, 28, 28, 1], 0, 1, "float32", 7) as tf.Tensor4D;
    const ours = tf.mean(encode(state.parameters(), encoder, { images }, state.run.model), 1).dataSync();
    await exportEncoder(state, join(folder, "encoder.safetensors"), { encoder });
    // One channel: [B, H, W, 1] and [B, 1, H, W] are the same bytes.
    writeFileSync(join(folder, "images"), Buffer.from((images.dataSync() as Float32Array).buffer.slice(0)));
    const theirs = new Float32Array(
      new Uint8Array(execFileSync(python, ["-c", program], { cwd: folder, maxBuffer: 2 ** 24 })).buffer,
    );
    expect(theirs.length).toBe(3 * 32);
    expect(Math.max(...ours.map((value, at) => Math.abs(value - (theirs[at] as number))))).toBeLessThan(1e-4);
  });
});
