/** The peer of `bench study`: jobs one after another in this process, into a store. */
import { readFileSync } from "node:fs";
import { type Job, openStore, runJob } from "njepa/study";

async function main([file = "", folder = ""]: string[]): Promise<void> {
  const store = openStore(folder);
  for (const job of JSON.parse(readFileSync(file, "utf8")) as Job[]) {
    const { end } = await runJob(job, store);
    if (end !== "done") throw new Error(end);
  }
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
