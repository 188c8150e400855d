import { beforeAll, describe, expect, it } from "vitest";
import { ready } from "../../lib/engine";
import { isDecayed } from "../../lib/optimizer";
import { loadGolden } from "./golden";
import { eagerly, goldenContract } from "./golden-contract";

beforeAll(() => ready());

goldenContract("eagerly", eagerly);

describe("isDecayed", () => {
  it("decays what the reference decays", () => {
    const golden = loadGolden();
    const decayed = Object.keys(golden.grads).filter((name) => isDecayed(name, golden.grads[name]?.shape as number[]));
    expect(decayed.sort()).toEqual([...golden.decayed].sort());
  });
});
