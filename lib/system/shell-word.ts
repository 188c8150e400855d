/** The text as one word of a shell: as it is where a shell leaves it alone, else in single quotes, which expand nothing. */
export function shellQuoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
