import { expect, it } from "vitest";
import { koffi } from "../../lib/engine/native/koffi";

it.runIf(process.platform === "linux")(
  "gives an asynchronous native call a stack on which deep recursion fits",
  async () => {
    // glibc compiles nested groups by recursion: 9000 of them take some megabytes, and too small a stack ends the process.
    const nested = `${"(".repeat(9000)}a${")".repeat(9000)}`;
    const compileExpression = koffi.load(null).func("int regcomp(void *compiled, const char *expression, int flags)");
    const code = await new Promise((resolve, reject) =>
      compileExpression.async(koffi.alloc("uint8_t", 4096), nested, 1, (error: Error | null, result: number) =>
        error ? reject(error) : resolve(result),
      ),
    );
    expect(code).toBe(0);
  },
);
