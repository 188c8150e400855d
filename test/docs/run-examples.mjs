// Runs example files one after another and says, as the last line, what each of them printed.
import { format } from "node:util";

const printed = {};
for (const file of process.argv.slice(2)) {
  const lines = [];
  console.log = (...words) => lines.push(format(...words).replace(/\s+/g, " "));
  try {
    await import(file);
  } catch (error) {
    lines.push(`threw ${error.stack}`);
  }
  printed[file.split("/").at(-1)] = lines;
}
process.stdout.write(`\n${JSON.stringify(printed)}\n`, () => process.exit(0));
