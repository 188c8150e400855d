import * as njepa from "njepa";

const { tf } = njepa;

// #region ready, ReadyOptions, EngineInfo
const engine = await njepa.ready(); // or { device: "gpu:0" }
console.log(engine.tensorflow); // → 2.21.0
// #endregion

// #region tf
console.log(Array.from(tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync())); // → [ 11 ]
// #endregion

// #region compile, CompileOptions, CompiledFunction, CallOptions, TensorTree
// Tensors and records of tensors go in and come out; the whole function is one call of TensorFlow.
const step = njepa.compile(
  ({ x, w }: { x: njepa.tf.Tensor; w: njepa.tf.Tensor }) => ({ y: tf.relu(tf.matMul(x, w)) }),
  { compiler: "graph" },
);
const { y } = await step({ x: tf.tensor2d([[1, -1]]), w: tf.tensor2d([[2], [5]]) });
console.log(Array.from(y.dataSync()), step.signatures()); // → [ 0 ] 1
// #endregion

// #region createVariable, EngineVariable
// It lives in TensorFlow and is updated in place, also by a compiled function that closes over it.
const count = njepa.createVariable(tf.scalar(1), "count");
const double = njepa.compile(
  () => {
    count.assign(tf.mul(count.read(), 2));
    return count.read();
  },
  { compiler: "graph" },
);
await double();
console.log((await double()).dataSync()[0]); // → 4
// #endregion

// #region engineMemory, EngineMemory
console.log(njepa.engineMemory().tensors > 0); // → true
// #endregion

// #region engineStats, EngineStats
console.log(njepa.engineStats().compiledCalls >= 3); // → true
// #endregion

// #region TensorFlowError
// What TensorFlow refuses names the op and your line.
try {
  tf.reshape(tf.tensor1d([1, 2, 3]), [2, 2]).dataSync();
} catch (error) {
  console.log((error as Error).message.includes("3")); // → true
}
console.log(njepa.TensorFlowError.prototype instanceof njepa.EngineError); // → true
// #endregion
