/** Build the site: pages, the API with examples, and the notebooks that were executed.  Exit 0 built, 1 failed, 2 bad usage. */
import { join } from "node:path";
import { command, json, print } from "njepa/command-line";
import { NjepaError } from "njepa/errors";
import { buildSite } from "njepa/site";

const root = join(__dirname, "../..");

export default command(module, {
  name: "docs",
  says: "build the site: pages, the API with examples, and the notebooks that were executed",
  about: "Reads and writes this checkout alone; nothing of the site loads anything from elsewhere.",
  options: {
    out: { type: "string", default: "build/site", value: "FOLDER", description: "where the site is written" },
    reports: { type: "string", default: "reports", value: "FOLDER", description: "executed notebooks, if there are" },
    json,
  },
  async run(values) {
    const site = await buildSite({ root, out: join(root, values.out), reports: join(root, values.reports) });
    for (const warning of site.warnings) process.stderr.write(`${warning}\n`);
    if (site.warnings.length > 0)
      throw new NjepaError(`the site is built, with ${site.warnings.length} warnings: they are errors here`);
    const { index, words, notebooks } = site;
    return print(
      values.json
        ? JSON.stringify({ index, words, notebooks }, null, 2)
        : `${words} words of the API, ${notebooks} notebooks: ${index}`,
    );
  },
});
