import { expect, it, vi } from "vitest";
import { contentOf, whole } from "./image-goldens";

it("asks for ready() before an image is decoded, and does not call the image broken", async () => {
  // Another test file may have started the engine of this process: modules anew have an engine that is not up.
  vi.resetModules();
  const { decodeImage, readImageHeader } = await import("../../lib/data");
  const { EngineError } = await import("../../lib/errors");
  for (const name of ["rgb.jpg", "rgb.png", "rgb.bmp"]) {
    const header = readImageHeader(contentOf(name), name, 1e6);
    const decoding = decodeImage(contentOf(name), header, whole, 3, name);
    await expect(decoding).rejects.toThrow(EngineError);
    await expect(decoding).rejects.toThrow("The engine is not up yet: `await njepa.ready()` first.");
  }
});
