const codes = { red: 31, green: 32, yellow: 33 } as const;

/** A text in a color, where the stream is a terminal that shows colors and `NO_COLOR` is not set. */
export function painted(color: keyof typeof codes, text: string, stream: NodeJS.WriteStream): string {
  // A terminal's stream knows NO_COLOR, FORCE_COLOR and what TERM can do; another has no such method.
  return stream.isTTY && stream.hasColors() ? `\u001b[${codes[color]}m${text}\u001b[39m` : text;
}
