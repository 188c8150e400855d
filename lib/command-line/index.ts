/** Shared by all commands: options as data, parsed by commander; help, completion, settings from files, exit codes. */
export { command, main, parse, print } from "./command";
export { completionScript, type Shell, shells } from "./completion";
export { readConfigFile } from "./config-file";
export { type Command, config, device, json, type Option, type Options } from "./definition";
export { painted } from "./paint";
export { assignments, count, positive, zeroOrMore } from "./words";
export { wrapped } from "./wrap";
