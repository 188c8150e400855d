import { describe, expect, it } from "vitest";
import { History } from "../../lib/jupyter/server/history";
import { valueBundle } from "../../lib/jupyter/server/value";

const tensor = (shape: number[], values: ArrayLike<number>, dtype = "float32") => ({
  shape,
  dtype,
  size: values.length,
  dataId: {},
  isDisposed: false,
  data: async () => values,
});
const textOf = async (value: unknown) => (await valueBundle(value)).data["text/plain"];

describe("valueBundle", () => {
  it("shows plain values as Node does, and text as it is", async () => {
    expect(await textOf(42)).toBe("42");
    expect(await textOf("a\nb")).toBe("a\nb");
    expect(await textOf([1, { a: "x" }])).toBe("[ 1, { a: 'x' } ]");
    expect(await textOf(new Float32Array(1000))).toMatch(/^Float32Array\(1000\) \[[\s\S]*900 more items/);
  });

  it("shows a tensor by dtype, shape and values, cut in the middle of a long axis", async () => {
    expect(await textOf(tensor([], [0.1234567]))).toBe("Tensor float32 []\n0.1235");
    expect(await textOf(tensor([2, 3], [1, 2, 3, 4, 5, 6.5], "int32"))).toBe(
      "Tensor int32 [2, 3]\n[[1, 2, 3],\n [4, 5, 6.5]]",
    );
    const long = Float32Array.from({ length: 100 }, (_, i) => i);
    expect(await textOf(tensor([100], long))).toBe("Tensor float32 [100]\n[0, 1, 2, …, 97, 98, 99]");
    expect(await textOf(tensor([0, 4], []))).toBe("Tensor float32 [0, 4]\n[]");
  });

  it("fetches neither a disposed tensor nor a huge one", async () => {
    const gone = { ...tensor([2], [1, 2]), isDisposed: true };
    expect(await textOf(gone)).toBe("Tensor float32 [2], disposed");
    const huge = { ...tensor([1 << 23], []), size: 1 << 23 };
    expect(await textOf(huge)).toBe("Tensor float32 [8388608], 8388608 values");
  });

  it("takes a displayable in all its forms, bytes as base64", async () => {
    const thing = {
      toText: () => "t",
      toMimeBundle: async () => ({ "image/png": new Uint8Array([1, 2]), "text/plain": "t" }),
    };
    expect((await valueBundle(thing)).data).toEqual({ "image/png": "AQI=", "text/plain": "t" });
  });

  it("shows a proxy whose traps throw", async () => {
    const trapped = new Proxy(
      { a: 1 },
      {
        get: () => {
          throw new Error("a trap");
        },
      },
    );
    expect((await valueBundle(trapped)).data).toEqual({ "text/plain": "{ a: 1 }" });
  });
});

describe("History", () => {
  const history = new History();
  for (const [at, input] of ["a = 1", "b = 2", "a = 1", "c(3)"].entries()) history.add(at + 1, input, `out ${at + 1}`);

  it("gives the last ones, a range, and what matches a pattern, also once each", () => {
    expect(history.answer({ hist_access_type: "tail", n: 2 })).toEqual([
      [1, 3, "a = 1"],
      [1, 4, "c(3)"],
    ]);
    expect(history.answer({ hist_access_type: "tail", n: 0 })).toEqual([]);
    expect(history.answer({ hist_access_type: "range", session: 0, start: 2, stop: 3, output: true })).toEqual([
      [1, 2, ["b = 2", "out 2"]],
    ]);
    expect(history.answer({ hist_access_type: "range", session: 7 })).toEqual([]);
    expect(history.answer({ hist_access_type: "search", pattern: "? = *", unique: true })).toEqual([
      [1, 2, "b = 2"],
      [1, 3, "a = 1"],
    ]);
    expect(history.answer({ hist_access_type: "search", pattern: "c(3)" })).toEqual([[1, 4, "c(3)"]]);
  });
});
