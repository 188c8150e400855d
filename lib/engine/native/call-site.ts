import { dirname, sep } from "node:path";

/** Stack frames that are not the user's: ours, Node's, and TensorFlow.js's (whose source maps name its own folders). */
const OURS = [
  dirname(__dirname) + sep,
  `${sep}@tensorflow${sep}`,
  `${sep}tfjs-core${sep}`,
  `${sep}tfjs-node${sep}`,
  "node:",
];

/**
 * The place in the user's code that called an op, as ` at file:line:column`; empty if the stack does not show one.
 */
export function callSite(): string {
  const { stackTraceLimit } = Error;
  // TensorFlow.js's backend is some thirty frames below the user's line.
  Error.stackTraceLimit = 100;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  const frames = stack.split("\n").slice(1);
  const place = frames
    .map((frame) => /\(?([^\s()]+:\d+:\d+)\)?$/.exec(frame)?.[1])
    .find((found) => found !== undefined && !OURS.some((part) => found.includes(part)));
  return place === undefined ? "" : ` at ${place}`;
}
