/** Make a folder to train on one's own images in: a notebook, settings, a README.  Exit 0 made, 1 it could not be, 2 bad usage. */
import { join } from "node:path";
import { command, json, print } from "njepa/command-line";
import { CliError } from "njepa/errors";
import { createProject } from "njepa/project";

export default command(module, {
  name: "new",
  says: "make a folder with a notebook, settings and a README for your own images",
  words: "FOLDER",
  about: `  FOLDER   is made; one that has files in it is refused

Put images into FOLDER/images, then: njepa reports FOLDER, or open its notebook in Jupyter.`,
  options: { json },
  async run(values, [folder, ...rest]) {
    if (folder === undefined || rest.length > 0) throw new CliError("one FOLDER is expected");
    const files = await createProject(folder);
    if (values.json) return print(JSON.stringify({ folder, files }, null, 2));
    return print(
      `${files.map((file) => join(folder, file)).join("\n")}\n\n${join(folder, "README.md")} says how to go on.`,
    );
  },
});
