/** A file's text without the mark that Windows editors put first, which JSON does not allow and no name begins with. */
export function withoutByteOrderMark(text: string): string {
  return text.replace(/^\uFEFF/, "");
}
