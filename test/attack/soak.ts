import { startKernel } from "njepa/jupyter";
import { type Attack, slowness } from "./attack";
import { ended, library, node, ownCache } from "./processes";

/** Compiles functions of their own, and says how much memory that took, per quarter. */
const compiling = `
const { ready, compile, tf } = require(process.argv[1] + "/engine");
(async () => {
  await ready();
  const count = Number(process.argv[2]);
  const quarters = [];
  for (let at = 1; at <= count; at++) {
    const input = tf.tensor1d([at]);
    const run = compile((x) => tf.add(tf.mul(x, at), at));
    const output = await run(input);
    const [value] = await output.data();
    if (value !== at * at + at) throw new Error(value + " at " + at);
    for (const thing of [output, input, run]) thing.dispose();
    if (at % (count / 4) !== 0) continue;
    globalThis.gc();
    quarters.push(Math.round(process.memoryUsage.rss() / 1e6));
  }
  console.log("MB " + quarters.join(" "));
})().catch((error) => { console.error(error); process.exit(1); });`;

export const soak: Attack = {
  kind: "soak: cells and compiles, as fast and as small at the end",
  async run({ folder, form, tries }, tally) {
    const kernel = await startKernel();
    try {
      const [rounds, cells] = [3, tries(20, 120, 1000)];
      await tally.attempt(`${rounds * cells} cells`, tries(60, 300, 1800), async () => {
        const seconds: number[] = [];
        const bytes: number[] = [];
        for (let round = 0; round < rounds; round++) {
          const begun = performance.now();
          for (let at = 0; at < cells; at++) {
            const name = `v${round}_${at}`;
            const { status } = await kernel.execute(
              `const ${name} = ${at}; function f${name}() { return ${name}; } f${name}()`,
              {
                timeout: 60 * slowness(),
              },
            );
            if (status !== "ok") return `cell ${round * cells + at} ended as ${status}`;
          }
          seconds.push((performance.now() - begun) / 1000 / cells);
          bytes.push(await memoryOf(kernel));
        }
        const [first = 0, last = 0] = [seconds[0], seconds.at(-1)];
        const told = `${seconds.map((it) => (it * 1000).toFixed(0)).join(", ")} ms a cell, ${bytes.map((it) => (it / 1e6).toFixed(0)).join(", ")} MB`;
        tally.figures.push(`${rounds * cells} cells: ${told}`);
        const isFlat = form !== "full" || (last < 1.5 * first && (bytes.at(-1) ?? 0) - (bytes[0] ?? 0) < 150e6);
        return isFlat ? undefined : told;
      });
    } finally {
      await kernel.shutdown();
    }
    const count = String(tries(20, 80, 1000));
    await tally.attempt(`${count} compiles`, tries(60, 300, 1800), async () => {
      const { code, said } = await ended(
        node(["--expose-gc", "-e", compiling, library, count], { cwd: folder, env: await ownCache(folder) }),
      );
      const [, words = ""] = /^MB (.*)$/m.exec(said) ?? [];
      const quarters = words.split(" ").map(Number);
      tally.figures.push(`${count} compiles: ${words} MB after each quarter`);
      if (code !== 0 || quarters.length !== 4) return `exit ${code}: ${said.slice(-500)}`;
      // Programs that were kept would take 0.2 MB each.
      const grown = (quarters[3] as number) - (quarters[1] as number);
      return grown < 20 ? undefined : `${words} MB after each quarter`;
    });
  },
};

async function memoryOf(kernel: Awaited<ReturnType<typeof startKernel>>): Promise<number> {
  let text = "";
  await kernel.execute("globalThis.gc?.(); process.memoryUsage.rss()", {
    onOutput: ({ header, content }) => {
      if (header.msg_type === "execute_result") text = String((content.data as Record<string, string>)["text/plain"]);
    },
  });
  return Number(text);
}
