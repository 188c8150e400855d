import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { dataSource } from "njepa/data";
import type { Attack } from "./attack";
import { ended, library, node } from "./processes";

const files = [
  "train-images-idx3-ubyte.gz",
  "train-labels-idx1-ubyte.gz",
  "t10k-images-idx3-ubyte.gz",
  "t10k-labels-idx1-ubyte.gz",
];

/** Opens the data set, and says how much memory that took at most. */
const opening = `
const { openDataset } = require(process.argv[1] + "/data");
const { peakResidentBytes } = require(process.argv[1] + "/system");
openDataset({ name: "fashion-mnist" }).then(() => "opened", (error) => error.name).then((end) => {
  console.log(end + " " + Math.round(peakResidentBytes("self") / 2 ** 20) + " MB");
});`;

export const packedData: Attack = {
  kind: "data: bombs, cuts and garbage in place of Fashion-MNIST",
  async run({ folder, random, form, tries }, tally) {
    const found = (await dataSource("fashion-mnist")).locate?.();
    if (!found) return;
    const bomb = gzipSync(Buffer.alloc(400_000_000), { level: 9 });
    const contents = (): Record<string, Buffer> => ({
      "a bomb of 400 MB": bomb,
      "two bombs in one file": Buffer.concat([bomb, bomb]),
      garbage: Buffer.from(Array.from({ length: random.int(1, 5000) }, () => random.int(0, 256))),
      "a gzip that is cut": bomb.subarray(0, random.int(1, bomb.length)),
      nothing: Buffer.alloc(0),
    });
    for (let round = 0; round < tries(1, 1, 4); round++) {
      for (const [what, content] of Object.entries(contents()).slice(0, form === "small" ? 1 : undefined)) {
        const at = random.int(0, files.length);
        const place = join(folder, `${round}-${what.replaceAll(" ", "-")}`);
        mkdirSync(place);
        for (const [index, name] of files.entries())
          if (index === at) writeFileSync(join(place, name), content);
          else symlinkSync(join(found.directory, name), join(place, name));
        await tally.attempt(`${what} as ${files[at]}`, 60, async () => {
          const env = { NJEPA_DATA: place };
          const { said } = await ended(node(["-e", opening, library], { cwd: folder, env }));
          const [, end, megabytes] = /^(\w+) (\d+) MB$/m.exec(said) ?? [];
          return end === "DataError" && Number(megabytes) < 600 ? undefined : said.slice(-300);
        });
      }
    }
  },
};
