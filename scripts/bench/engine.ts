/** The engine against PyTorch and against TensorFlow.js' own way, one op at a time. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile, engineMemory, ready, tf } from "njepa";
import { blockShapes } from "njepa/model";
import { type BlockSize, MLP_RATIO, prepareBlock } from "./engine-block";
import { type Benchmark, type BenchmarkOptions, type Row, row, takeTurns } from "./measure";
import { missingModules, Peer } from "./peer";
import { openTfjsNode, type TfjsNode } from "./tfjs-node";

const SIZES: Record<string, BlockSize> = {
  tiny: { rows: 128, tokens: 49, width: 192, heads: 3 },
  "ViT-B/16": { rows: 4, tokens: 196, width: 768, heads: 12 },
};
const EAGER = "ours, one op at a time: tfjs-node's kernels through our binding";

/** PyTorch, or why it is absent. */
type Torch = { peer: Peer; name: string } | { peer: null; name: string };

async function torchOf(python: string): Promise<Torch> {
  const missing = missingModules(python, ["torch"]);
  if (missing !== undefined) return { peer: null, name: `PyTorch, absent (${missing})` };
  const peer = new Peer(python, [join(__dirname, "../../../scripts/bench/engine-peer.py")]);
  const { value } = await peer.ask<{ value: string }>({ do: "version" });
  return { peer, name: `PyTorch ${value}` };
}

const seconds = (peer: Peer, question: object) => async () => (await peer.ask<{ value: number }>(question)).value;

interface Peers {
  torch: Torch;
  tfjsNode: TfjsNode;
}

async function smallOp({ torch, tfjsNode }: Peers, rounds: number): Promise<Row[]> {
  const count = 5000;
  const [a, b] = [tf.ones([8, 8]), tf.ones([8, 8])];
  const ours = () => {
    for (let op = 0; op < count; op++) tf.add(a, b).dispose();
  };
  const ask = (peer: Peer | null) => (peer ? seconds(peer, { do: "small_op", count }) : () => Number.NaN);
  const times = await takeTurns({ ours, torch: ask(torch.peer), tfjsNode: ask(tfjsNode.peer) }, { rounds });
  tf.dispose([a, b]);
  const micro = (time: number) => (Number.isNaN(time) ? null : (time / count) * 1e6);
  const beside = (peer: number, peerName: string) =>
    row({
      what: "small eager op (add of 8 × 8)",
      ours: micro(times.ours),
      peer: micro(peer),
      peerName,
      unit: "µs",
      better: "less",
    });
  return [beside(times.tfjsNode, tfjsNode.name), beside(times.torch, torch.name)];
}

async function product({ peer, name }: Torch, rounds: number): Promise<Row[]> {
  const [m, k, n, count] = [6272, 192, 768, 8];
  const [a, b] = [tf.ones([m, k]) as tf.Tensor2D, tf.ones([k, n]) as tf.Tensor2D];
  const once = compile((x: tf.Tensor2D, y: tf.Tensor2D) => tf.matMul(x, y), { name: "product" });
  const sides = {
    eager: () => {
      for (let call = 0; call < count; call++) tf.matMul(a, b).dispose();
    },
    compiled: async () => {
      for (let call = 0; call < count; call++) (await once(a, b)).dispose();
    },
    peer: peer ? seconds(peer, { do: "product", m, k, n, count }) : () => Number.NaN,
  };
  const times = await takeTurns(sides, { rounds });
  const rate = (time: number) => (Number.isNaN(time) ? null : (2 * m * k * n * count) / time / 1e9);
  tf.dispose([a, b]);
  once.dispose();
  const shared = { peer: rate(times.peer), peerName: name, unit: "GFLOP/s", better: "more" } as const;
  return [
    row({ what: `product ${m} × ${k} × ${n}, eager`, ours: rate(times.eager), ...shared }),
    row({ what: `product ${m} × ${k} × ${n}, compiled`, ours: rate(times.compiled), ...shared }),
  ];
}

/** PyTorch's block, prepared, or the reason why not, such as torch.compile finding no C++ compiler. */
async function torchBlock(torch: Torch, key: string, size: BlockSize, ways: { backward: boolean; compiled: boolean }) {
  if (!torch.peer) return { run: null, compileSeconds: null, name: torch.name };
  const name = `${torch.name} ${ways.compiled ? "compiled" : "eager"}`;
  try {
    const question = { do: "prepare_block", key, ...size, ...ways, shapes: blockShapes(size.width, MLP_RATIO) };
    const { value } = await torch.peer.ask<{ value: number }>(question);
    return { run: seconds(torch.peer, { do: "block", key }), compileSeconds: value, name };
  } catch (error) {
    return { run: null, compileSeconds: null, name: `${name}: ${(error as Error).message}` };
  }
}

async function blockRows(
  { torch, tfjsNode }: Peers,
  label: string,
  size: BlockSize,
  backward: boolean,
  rounds: number,
): Promise<Row[]> {
  const ours = await prepareBlock(size, backward);
  const keyed = (compiled: boolean) =>
    torchBlock(torch, `${label}${backward}${compiled}`, size, { backward, compiled });
  const [eager, compiled] = [await keyed(false), await keyed(true)];
  const absent = () => Number.NaN;
  const question = { do: "block", ...size, backward, shapes: blockShapes(size.width, MLP_RATIO) };
  const times = await takeTurns(
    {
      compiled: ours.compiled,
      eager: ours.eager,
      tfjsNode: tfjsNode.peer ? seconds(tfjsNode.peer, question) : absent,
      products: ours.products,
      torch: eager.run ?? absent,
      torchCompiled: compiled.run ?? absent,
    },
    { rounds },
  );
  ours.dispose();
  const what = `${label} block ${backward ? "forward and backward" : "forward"}`;
  const milli = (time: number) => (Number.isNaN(time) ? null : time * 1000);
  const beside = (peer: number, peerName: string) =>
    row({ what, ours: milli(times.compiled), peer: milli(peer), peerName, unit: "ms", better: "less" });
  const share = (100 * times.products) / times.compiled;
  return [
    beside(times.eager, EAGER),
    beside(times.tfjsNode, tfjsNode.name),
    beside(times.torch, eager.name),
    beside(times.torchCompiled, compiled.name),
    row({
      what: `${what}: share of its products alone`,
      ours: share,
      peer: 65,
      peerName: "goal",
      unit: "%",
      better: "more",
    }),
    row({
      what: `${what}: first call`,
      ours: ours.compileSeconds,
      peer: compiled.compileSeconds,
      peerName: compiled.name,
      unit: "s",
      better: "less",
    }),
  ];
}

async function residentMemory({ peer, name }: Torch): Promise<Row> {
  const theirs = peer && (await peer.ask<{ value: number }>({ do: "peak_bytes" })).value;
  const figures = { ours: engineMemory().peakResidentBytes / 1e6, peer: theirs && theirs / 1e6, peerName: name };
  return row({ what: "peak resident memory of all of it", ...figures, unit: "MB", better: "less" });
}

export const benchmark: Benchmark = async ({ rounds, python, only }: BenchmarkOptions): Promise<Row[]> => {
  // Compiled afresh, so that the seconds of first calls include compilation.
  const { library } = await ready({ device: "cpu", keepPrograms: false });
  const folder = await mkdtemp(join(tmpdir(), "njepa-bench-engine-"));
  const [torch, tfjsNode] = [await torchOf(python), await openTfjsNode(folder, library)];
  const peers = { torch, tfjsNode };
  const wanted = (what: string) => what.includes(only);
  try {
    const rows: Row[] = [];
    if (wanted("small eager op")) rows.push(...(await smallOp(peers, rounds)));
    if (wanted("product")) rows.push(...(await product(torch, rounds)));
    for (const [label, size] of Object.entries(SIZES))
      for (const backward of [false, true])
        if (wanted(`${label} block`)) rows.push(...(await blockRows(peers, label, size, backward, rounds)));
    rows.push(await residentMemory(torch));
    return rows;
  } finally {
    torch.peer?.stop();
    tfjsNode.peer?.stop();
    await rm(folder, { recursive: true, force: true });
  }
};
