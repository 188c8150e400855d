import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const root = join(__dirname, "../..");

/** A test program bundled into one file that Node can load; the library stays outside, so that only one copy exists. */
export async function bundle<Program>(entry: string): Promise<Program> {
  const outfile = join(root, "build", entry.replace(/\.ts$/, ".js"));
  await bundleTo(outfile, entry);
  return require(outfile) as Program;
}

/** The same as a file, for a place that has the library and jasmine-core. */
export async function bundleTo(outfile: string, entry: string): Promise<void> {
  // Two commands may bundle at once, and neither may load half of what the other writes.
  const unfinished = `${outfile}.${process.pid}`;
  await mkdir(dirname(outfile), { recursive: true });
  await build({
    entryPoints: [join(root, entry)],
    outfile: unfinished,
    bundle: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    external: ["njepa/*", "jasmine-core", "playwright-core", "zeromq"],
    // TensorFlow.js' published package declares its tests side-effect-free, so esbuild would drop them.
    ignoreAnnotations: true,
    logLevel: "error",
  });
  await rename(unfinished, outfile);
}
