const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text escaped for HTML, SVG and quoted attributes. Control characters that XML forbids are dropped. */
export function escapeHtml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML has no way to carry
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
      .replace(/[&<>"']/g, (character) => entities[character] ?? character)
  );
}

/** Text escaped for HTML, in which a short name with a hyphen, such as C-T, is not broken at it. */
export function escapeNames(text: string): string {
  return text
    .split(/(\s+)/)
    .map((word) =>
      word.includes("-") && word.length <= 8 ? `<span class="word">${escapeHtml(word)}</span>` : escapeHtml(word),
    )
    .join("");
}

/** A `data:` address that holds the whole file, so that a page can offer it without any request. */
export function dataUri(mime: string, content: string | Uint8Array): string {
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : Buffer.from(content);
  return `data:${mime};base64,${bytes.toString("base64")}`;
}
