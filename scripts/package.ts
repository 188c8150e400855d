/** Make the package that people install: `build/package`, and its archive beside it.  Exit 0 made, 1 failed. */
import { command, json, print } from "njepa/command-line";
import { archiveText, makePackage } from "njepa/package";

export default command(module, {
  name: "package",
  says: "make the package that people install: build/package, and its archive beside it",
  options: { json: { ...json, description: "print npm's own description of the archive" } },
  run({ json }) {
    const archive = makePackage();
    return print(json ? JSON.stringify([archive], null, 2) : archiveText(archive));
  },
});
