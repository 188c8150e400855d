import { expect, it } from "vitest";
import { type EngineInfo, ready } from "../../lib/engine";
import { engineFacts } from "../../lib/study/execute/engine-facts";

it("a result names the processor, and an accelerator in its maker's words, which TensorFlow does not know", async () => {
  const here = await ready();
  expect(engineFacts(here).device).toMatch(/^cpu \(.*CPU:0\)$/);
  const devices = [{ kind: "NVIDIA H100 80GB HBM3", description: "CudaDevice(id=0)" }];
  const pjrt = { devices } as unknown as EngineInfo["pjrt"];
  expect(engineFacts({ ...here, device: "gpu", pjrt }).device).toBe("gpu (NVIDIA H100 80GB HBM3)");
  expect(engineFacts({ ...here, device: "gpu", pjrt: null }).device).toBe("gpu");
});
