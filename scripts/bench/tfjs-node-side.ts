/** A process with plain tfjs-node, on its C++ binding and without this library: a line of JSON in, one out. */
import { createInterface } from "node:readline";
import * as tf from "@tensorflow/tfjs-core";

type Block = { rows: number; tokens: number; width: number; heads: number };
type Question =
  | { do: "ready" }
  | { do: "small_op"; count: number }
  | ({ do: "block"; shapes: Record<string, number[]>; backward: boolean } & Block);

function open(binding: string): void {
  const util: Record<string, unknown> = require("node:util");
  // As in the engine: tfjs-node 4.22 calls these two, which Node 23 no longer has.
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
  const { NodeJSKernelBackend } = require("@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend");
  require("@tensorflow/tfjs-node-gpu/dist/register_all_kernels");
  tf.registerBackend("tensorflow", () => new NodeJSKernelBackend(require(binding), "@tensorflow/tfjs-node-gpu"));
  tf.setBackend("tensorflow");
}

/** Seconds that the work takes. */
function timed(work: () => void): number {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1000;
}

function smallOp(count: number): number {
  const [a, b] = [tf.ones([8, 8]), tf.ones([8, 8])];
  const seconds = timed(() => {
    for (let op = 0; op < count; op++) tf.add(a, b).dispose();
  });
  tf.dispose([a, b]);
  return seconds;
}

const blocks = new Map<string, () => number>();

/** A pre-norm transformer block as one writes it in TensorFlow.js. */
function blockOf({ rows, tokens, width, heads, shapes, backward }: Extract<Question, { do: "block" }>): () => number {
  const names = Object.keys(shapes);
  const given = [
    tf.randomNormal([rows * tokens, width], 0, 1, "float32", 1),
    ...Object.values(shapes).map((shape, index) => tf.randomNormal(shape, 0.02, 0.02, "float32", index)),
  ];
  const forward = (...tensors: tf.Tensor[]): tf.Tensor => {
    const p = (name: string) => tensors[1 + names.indexOf(name)] as tf.Tensor2D;
    const norm = (x: tf.Tensor, name: string) => {
      const { mean, variance } = tf.moments(x, -1, true);
      const scaled = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-6)));
      return tf.add(tf.mul(scaled, p(`${name}.weight`)), p(`${name}.bias`)) as tf.Tensor2D;
    };
    const linear = (x: tf.Tensor2D, name: string) =>
      tf.add(tf.matMul(x, p(`${name}.weight`), false, true), p(`${name}.bias`)) as tf.Tensor2D;
    const gelu = (x: tf.Tensor2D) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)) as tf.Tensor2D;
    const x = tensors[0] as tf.Tensor2D;
    const qkv = tf.reshape(linear(norm(x, "norm1"), "attn.qkv"), [rows, tokens, 3, heads, width / heads]);
    const [q, k, v] = tf.unstack(tf.transpose(qkv, [2, 0, 3, 1, 4])) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
    const weights = tf.softmax(tf.mul(tf.matMul(q, k, false, true), (width / heads) ** -0.5)) as tf.Tensor4D;
    const mixed = tf.reshape(tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]), [rows * tokens, width]) as tf.Tensor2D;
    const between = tf.add(x, linear(mixed, "attn.proj")) as tf.Tensor2D;
    return tf.add(between, linear(gelu(linear(norm(between, "norm2"), "mlp.fc1")), "mlp.fc2"));
  };
  const loss = (...x: tf.Tensor[]) => tf.sum(tf.square(forward(...x))) as tf.Scalar;
  const both = (...x: tf.Tensor[]) => {
    const { value, grads } = tf.valueAndGrads(loss)(x);
    return [value, ...grads];
  };
  return () =>
    timed(() => {
      const results = tf.tidy(() => (backward ? both(...given) : [forward(...given)]));
      // The result is computed only once it is read.
      results[0]?.dataSync();
      tf.dispose(results);
    });
}

function answer(question: Question): number {
  if (question.do === "ready") return 0;
  if (question.do === "small_op") return smallOp(question.count);
  const key = JSON.stringify(question);
  const known = blocks.get(key) ?? blockOf(question);
  blocks.set(key, known);
  return known();
}

async function serve(): Promise<void> {
  open(process.argv[2] as string);
  for await (const line of createInterface({ input: process.stdin })) {
    let said: object;
    try {
      said = { value: answer(JSON.parse(line)) };
    } catch (error) {
      said = { error: (error as Error).message };
    }
    process.stdout.write(`${JSON.stringify(said)}\n`);
  }
}

serve();
