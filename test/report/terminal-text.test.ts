import { describe, expect, it } from "vitest";
import { plainText } from "../../lib/report/page/terminal-text";

describe("plainText", () => {
  it.each([
    ["colors", "\x1b[31mred\x1b[0m", "red"],
    ["a shorter text over a longer one", "100 %\rdone", "done%"],
    ["a line that is erased first", "100 %\r\x1b[Kdone", "done"],
    ["backspaces", "12\b\b34\b5", "35"],
    ["a bar that goes up a line", "one\ntwo\n\x1b[2A1\x1b[2B\rend", "1ne\ntwo\nend"],
    ["columns and steps", "\x1b[3Gx\x1b[2Cy\x1b[4Dz", "  z  y"],
    ["Windows' line ends", "a\r\nb\r\n", "a\nb\n"],
    ["all below that is erased", "a\nb\nc\x1b[2A\r\x1b[Jz", "z"],
  ])("carries out %s", (_, text, screen) => {
    expect(plainText(text)).toBe(screen);
  });
});
