/** Print what a shell reads to complete `njepa`.  Exit 0 printed, 2 bad usage. */
import { type Command, command, completionScript, print, shells } from "njepa/command-line";
import { CliError } from "njepa/errors";

const about = `  bash   njepa completion bash >> ~/.bashrc
  zsh    njepa completion zsh > FOLDER/_njepa, FOLDER being one of $fpath
  fish   njepa completion fish > ~/.config/fish/completions/njepa.fish

The script starts nothing of ours when a key is pressed; write it again after an update.`;

const names = ["setup", "doctor", "new", "data", "train", "probe", "study", "reports", "kernel", "bench"];

export default command(module, {
  name: "completion",
  says: "print the completion script of bash, zsh or fish",
  words: shells.join(" | "),
  verbs: shells,
  about,
  options: {},
  run(_, [word, ...rest]) {
    const shell = shells.find((one) => one === word);
    if (shell === undefined || rest.length > 0)
      throw new CliError(`one of ${shells.join(", ")}, got ${word ?? "none"}`);
    const verbs: Command[] = names.map((name) => require(`./${name}.js`).default);
    return print(completionScript(shell, "njepa", verbs));
  },
});
