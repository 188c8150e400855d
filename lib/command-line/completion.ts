import { shellQuoted } from "../system";
import type { Command, Option } from "./definition";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** What can follow a verb: its options, the values each accepts, and the words that may come first. */
interface Verb {
  name: string;
  says: string;
  words: readonly string[];
  options: { name: string; says: string; takes: boolean; values: readonly string[] }[];
}

/**
 * A script, for a shell to read at startup, that completes the verbs of `njepa`, their options and their values; it
 * runs no program of ours when a key is pressed.
 */
export function completionScript(shell: Shell, program: string, commands: readonly Command[]): string {
  const verbs = commands.map(verbOf);
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](program, verbs);
}

function verbOf({ name, says, verbs = [], options }: Command): Verb {
  const entries = Object.entries({ ...options, help: { type: "boolean", description: "print its options" } as Option });
  return {
    name,
    says,
    words: verbs,
    options: entries.map(([option, { type, description, values = [] }]) => {
      const [first = ""] = description.split("\n");
      return { name: option, says: first, takes: type === "string", values };
    }),
  };
}

function bashScript(program: string, verbs: readonly Verb[]): string {
  const cases = verbs.map(({ name, words, options }) => {
    const values = options
      .filter((option) => option.takes)
      .map((option) => {
        const offered = option.values.length > 0 ? `compgen -W ${shellQuoted(option.values.join(" "))}` : "compgen -f";
        return `        --${option.name}) COMPREPLY=($(${offered} -- "$word")); return ;;`;
      });
    const all = [...words, ...options.map((option) => `--${option.name}`)].join(" ");
    return [
      `    ${name})`,
      '      case "$before" in',
      ...values,
      "      esac",
      `      COMPREPLY=($(compgen -W ${shellQuoted(all)} -- "$word"))`,
      `      [[ $word == -* ]] || COMPREPLY+=($(compgen -f -- "$word")) ;;`,
    ].join("\n");
  });
  return `_${program}() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W ${shellQuoted(verbs.map(({ name }) => name).join(" "))} -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
  esac
}
complete -o filenames -F _${program} ${program}`;
}

function zshScript(program: string, verbs: readonly Verb[]): string {
  const plain = (text: string) => text.replace(/[[\]:]/g, "\\$&");
  const cases = verbs.map(({ name, words, options }) => {
    const specs = options.map((option) => {
      const offered = option.values.length > 0 ? `(${option.values.join(" ")})` : "_files";
      const takes = option.takes ? `:${option.name}:${offered}` : "";
      return shellQuoted(`*--${option.name}[${plain(option.says)}]${takes}`);
    });
    if (words.length > 0) specs.push(shellQuoted(`1:word:(${words.join(" ")})`));
    return `    ${name}) _arguments ${[...specs, shellQuoted("*:file:_files")].join(" ")} ;;`;
  });
  const described = verbs.map(({ name, says }) => shellQuoted(`${name}:${plain(says)}`));
  return `#compdef ${program}
_${program}() {
  if ((CURRENT == 2)); then
    local -a verbs=(${described.join(" ")})
    _describe verb verbs
    return
  fi
  local verb=$words[2]
  shift words
  ((CURRENT--))
  case $verb in
${cases.join("\n")}
  esac
}
compdef _${program} ${program}`;
}

function fishScript(program: string, verbs: readonly Verb[]): string {
  const lines = verbs.flatMap(({ name, says, words, options }) => {
    const inVerb = shellQuoted(`__fish_seen_subcommand_from ${name}`);
    return [
      `complete -c ${program} -n __fish_use_subcommand -f -a ${name} -d ${shellQuoted(says)}`,
      ...words.map((word) => `complete -c ${program} -n ${inVerb} -a ${word}`),
      ...options.map((option) => {
        const offered = option.values.length > 0 ? `-xa ${shellQuoted(option.values.join(" "))}` : "-r";
        return `complete -c ${program} -n ${inVerb} -l ${option.name} ${option.takes ? `${offered} ` : ""}-d ${shellQuoted(option.says)}`;
      }),
    ];
  });
  return lines.join("\n");
}
