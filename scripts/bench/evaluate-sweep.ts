import { type EvaluateInput, extractFeatures, probe, probeFeatures } from "njepa";
import { CLASSES, type EvaluateBench, from, takeEvery } from "./evaluate-side";
import { type Row, row, takeTurns } from "./measure";

/** The sweep's 45 learning rates against one, and one against PyTorch. */
export async function sweepRows({ options, data, state, folder, peer, absent }: EvaluateBench): Promise<Row[]> {
  const config = { protocol: "linear", fractions: [1], epochs: 10 } satisfies EvaluateInput;
  const test = takeEvery(await extractFeatures(state, data, "test", { layers: "last4", featuresFolder: folder }), 10);
  const train = takeEvery(await extractFeatures(state, data, "train", { layers: "last4", featuresFolder: folder }), 5);
  const { count, width } = train;
  // Two equal rates stand for one, chosen with its epoch as in the sweep: the same training, 2 wide instead of 45.
  const sides = {
    sweep: async () => void (await probeFeatures({ train, test }, config, from)),
    one: async () => void (await probeFeatures({ train, test }, { ...config, learningRates: [0.1, 0.1] }, from)),
    // A single rate trains once, without choosing; the minimum of its loss, which PyTorch's loop does not look for, is left out.
    alone: async () =>
      void (await probeFeatures(
        { train, test },
        { ...config, epochs: 2 * config.epochs, learningRates: [0.1], optimum: false },
        from,
      )),
    ...(peer && {
      torch: async () =>
        (
          await peer.ask<{ seconds: number }>({
            what: "sgd",
            count,
            width,
            classes: CLASSES,
            epochs: config.epochs * 2,
            batch: 1024,
          })
        ).seconds,
    }),
  };
  const seconds = await takeTurns<string>(sides, options);
  const torch = seconds.torch ?? null;
  const augmented = {
    protocol: "linear-augmented",
    fractions: [0.05],
    subsets: 1,
    epochs: 3,
    layers: "last4",
  } satisfies EvaluateInput;
  const crops = await takeTurns(
    {
      sweep: async () => void (await probe(state, data, { ...augmented }, { featuresFolder: folder })),
      one: async () =>
        void (await probe(state, data, { ...augmented, learningRates: [0.1, 0.1] }, { featuresFolder: folder })),
    },
    { rounds: Math.min(3, options.rounds) },
  );
  const about = `${count} × ${width}, ${config.epochs} epochs to choose and ${config.epochs} to train`;
  return [
    row({
      what: `sweep: one rate on cached features, ${count} × ${width}, ${2 * config.epochs} epochs, tested after each`,
      ours: seconds.alone ?? null,
      peer: torch,
      peerName: `PyTorch, untested${absent}`,
      unit: "s",
      better: "less",
    }),
    row({
      what: `sweep: 45 rates on cached features, ${about}`,
      ours: seconds.sweep ?? null,
      peer: seconds.one ?? null,
      peerName: "ours, one rate",
      unit: "s",
      better: "less",
    }),
    row({
      what: "sweep: 45 rates on random crops, 3000 images, 3 + 3 epochs",
      ours: crops.sweep,
      peer: crops.one,
      peerName: "ours, one rate",
      unit: "s",
      better: "less",
    }),
    row({
      what: `sweep: 45 rates on cached features, ${about}`,
      ours: seconds.sweep ?? null,
      peer: torch,
      peerName: `PyTorch, one rate, ${2 * config.epochs} epochs${absent}`,
      unit: "s",
      better: "less",
    }),
  ];
}
