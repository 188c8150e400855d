/**
 * Text that a terminal shows and does not obey: control characters as `\u001b`, but for line ends, tabs and colors. What
 * archives, folders and notebooks are called is up to whoever made them.
 */
export function printable(text: string): string {
  return text.replace(/\r\n|(\p{Cc})(\[[\d;]*m)?/gu, (found, control?: string, color?: string) => {
    if (control === undefined || control === "\n" || control === "\t" || (control === "\u001b" && color !== undefined))
      return found;
    return `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}${color ?? ""}`;
  });
}
