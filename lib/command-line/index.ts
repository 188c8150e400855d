/** What every command shares: options as data, the usage made from them, values read from words, errors told as exit codes. */
export { type Command, command, print } from "./command";
export { assignments, count, nested, positive } from "./words";
