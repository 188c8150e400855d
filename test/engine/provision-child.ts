/** One of two processes that fetch at once: prints the source it ended with and each progress line. */
import { readFileSync } from "node:fs";
import { fetchTensorFlow } from "../../lib/engine/provision";
import { fakeBuild } from "./provision-fakes";

const wheel = readFileSync(process.argv[2] as string);
fetchTensorFlow(fakeBuild(wheel), (line) => console.log(line)).then((library) =>
  console.log(`source ${library.source}`),
);
