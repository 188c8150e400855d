const codes = { red: 31, green: 32, yellow: 33 } as const;

/** The text in color, if the stream is a terminal that shows colors and `NO_COLOR` is not set. */
export function painted(color: keyof typeof codes, text: string, stream: NodeJS.WriteStream): string {
  // A terminal's stream takes NO_COLOR, FORCE_COLOR and TERM into account; other streams lack this method.
  return stream.isTTY && stream.hasColors() ? `\u001b[${codes[color]}m${text}\u001b[39m` : text;
}
