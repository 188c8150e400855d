import { dirname, sep } from "node:path";

/** Frames that are not the user's: this room, Node itself, and TensorFlow.js (whose source maps name its own folders). */
const OURS = [
  dirname(__dirname) + sep,
  `${sep}@tensorflow${sep}`,
  `${sep}tfjs-core${sep}`,
  `${sep}tfjs-node${sep}`,
  "node:",
];

/**
 * The place in the user's code from which an op was asked for, as ` at file:line:column`; nothing where the stack
 * does not show one.
 */
export function callSite(): string {
  const { stackTraceLimit } = Error;
  // TensorFlow.js' backend lies some thirty frames below the line that a person wrote.
  Error.stackTraceLimit = 100;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  const frames = stack.split("\n").slice(1);
  const place = frames
    .map((frame) => /\(?([^\s()]+:\d+:\d+)\)?$/.exec(frame)?.[1])
    .find((found) => found !== undefined && !OURS.some((part) => found.includes(part)));
  return place === undefined ? "" : ` at ${place}`;
}
