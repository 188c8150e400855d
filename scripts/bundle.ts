import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const root = join(__dirname, "../..");

/** A program of the tests in one file that Node can load; the library stays outside, so that there is one of it. */
export async function bundle<Program>(entry: string): Promise<Program> {
  const outfile = join(root, "build", entry.replace(/\.ts$/, ".js"));
  await mkdir(dirname(outfile), { recursive: true });
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    external: ["njepa/*", "jasmine-core", "playwright-core", "zeromq"],
    // TensorFlow.js' published package says that its tests have no effects, and esbuild would leave them out.
    ignoreAnnotations: true,
    logLevel: "error",
  });
  return require(outfile) as Program;
}
