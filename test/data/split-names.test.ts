import { describe, expect, it } from "vitest";
import { divideParts } from "../../lib/data/files/divide-parts";
import { partOfPath, partsOfFolders } from "../../lib/data/files/split-names";

describe("folders side by side", () => {
  it.each([
    ["Train", "Val"],
    ["train2017", "test_set"],
    ["trn", "tst"],
    ["train", "held-out"],
    ["1-train", "2-dev"],
    ["train (1)", "unseen (1)"],
    ["birds_train", "birds_test"],
    ["ILSVRC2012_img_train", "ILSVRC2012_img_val"],
    ["trainA", "testA"],
  ])("%s and %s are what is learned from and what is evaluated on", (train, other) => {
    const [first, second] = partsOfFolders([train, other]);
    expect([first, second === "validation" || second === "test"]).toEqual(["train", true]);
  });

  it("are classes where their names say more than a part, and differ in it", () => {
    expect(partsOfFolders(["bullet_train", "test_tube", "cat", "valley", "training_wheels"])).toEqual(
      Array(5).fill(null),
    );
  });
});

describe("files", () => {
  it.each([
    ["x-train-000.tar", "train"],
    ["trainset-0.tar", "train"],
    ["valset-0.tar", "validation"],
    ["validate/0.tar", "validation"],
    ["imagenet-development-{000..001}.tar", "validation"],
    ["x-test-dev-0.tar", "test"],
    ["train/heldOut-0.tar", "test"],
    ["train_test-0.tar", "both"],
    ["cats-0.tar", null],
  ])("%s is of the part %s", (path, part) => {
    expect(partOfPath(path)).toBe(part);
  });

  it("of no known word are not learned from beside those that are named for it, and told", () => {
    const problems: Parameters<typeof divideParts>[1] = [];
    const parts = divideParts([{ path: "train-0.tar" }, { path: "oos-0.tar" }, { path: "dev-0.tar" }], problems);
    expect([parts.train, parts.test]).toEqual([[{ path: "train-0.tar" }], [{ path: "dev-0.tar" }]]);
    expect(problems).toMatchObject([{ file: "oos-0.tar", kind: "ignored" }]);
  });
});
