import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { contentOf, whole } from "./image-goldens";

/** In a process of its own, since test files share theirs and another may have started the engine. */
const source = `
  const { decodeImage, readImageHeader } = require("njepa/data");
  const { whole, files } = JSON.parse(process.env.NJEPA_TEST_IMAGES);
  for (const [name, base64] of files) {
    const bytes = Buffer.from(base64, "base64");
    decodeImage(bytes, readImageHeader(bytes, name, 1e6), whole, 3, name).catch(({ name, message }) => console.log(name, message));
  }
`;

it("asks for ready() before an image is decoded, and does not call the image broken", () => {
  const files = ["rgb.jpg", "rgb.png", "rgb.bmp"].map((name) => [name, contentOf(name).toString("base64")]);
  const env = { ...process.env, NJEPA_TEST_IMAGES: JSON.stringify({ whole, files }) };
  const said = execFileSync(process.execPath, ["--no-warnings", "-e", source], { env, encoding: "utf8" });
  expect(said).toBe("EngineError The engine is not up yet: `await njepa.ready()` first.\n".repeat(3));
});

const ops = `
  const { tf, compile } = require("njepa/engine");
  const tries = [() => tf.tensor1d([1, 2]), () => tf.randomNormal([2]), () => tf.tidy(() => tf.add(1, 2))];
  for (const one of tries) {
    try { one(); } catch ({ name, message }) { console.log(name, message); }
  }
  compile((x) => x)().catch(({ name, message }) => console.log(name, message));
`;

it("asks for ready() before an op of TensorFlow.js is run", () => {
  const said = execFileSync(process.execPath, ["--no-warnings", "-e", ops], { encoding: "utf8" });
  expect(said).toBe("EngineError The engine is not up yet: `await njepa.ready()` first.\n".repeat(4));
});
