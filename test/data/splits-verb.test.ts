import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { ready } from "../../lib/engine";
import { CliError } from "../../lib/errors";
import { dataVerb } from "../../lib/verbs/data";
import { folderOf, put, usual } from "./class-folders";

// Before the cache folder is another.
beforeAll(() => ready());

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const values = { seeds: "1", "held-out": "0.4", fraction: ["1"] };

describe("npm run data -- splits", () => {
  it("leaves broken images out when asked to, as the error about them says", async () => {
    vi.spyOn(process.stdout, "write").mockReturnValue(true);
    const { parent, root } = folderOf(usual);
    put(join(root, "train/cat/0.jpg"), new Uint8Array());
    const out = join(parent, "lists");
    const splits = (set?: string[]) => dataVerb({ ...values, out, set }, ["splits", root]);
    await expect(splits()).rejects.toThrow(/0\.jpg.*\(--set data\.onBadImage=skip\)/s);
    expect(await splits(["data.onBadImage=skip"])).toBe(0);
    expect(readdirSync(out).sort()).toEqual([
      "100percent-seed0-fit.txt",
      "100percent-seed0-held.txt",
      "100percent-seed0.txt",
    ]);
  });

  it("refuses settings that are none of the data's, and other data than PATH's", async () => {
    const refuse = async (words: string[], set: string[], message: RegExp | string) => {
      const running = dataVerb({ ...values, set }, words);
      await expect(running).rejects.toThrow(message);
      await expect(running).rejects.toThrow(CliError);
    };
    await refuse(["splits", "x"], ["data.onBadImage=leave"], /^--set: data\.onBadImage: expected "fail" \| "skip"/);
    await refuse(["splits", "x"], ["data.onBadImag=skip"], /data\.onBadImag: .*did you mean "onBadImage"/);
    await refuse(["splits", "x"], ["data.path=y"], /data\.path/);
    await refuse(
      ["splits", "x"],
      ["onBadImage=skip"],
      "--set expects settings of data, as data.onBadImage=skip; got onBadImage",
    );
    await refuse(["inspect", "x"], ["data.onBadImage=skip"], "inspect takes no --set");
  });
});
