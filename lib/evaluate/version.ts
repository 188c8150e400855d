import type { EvaluateConfig } from "../config";

type Protocols = EvaluateConfig["protocol"];

/** Versions of the protocols whose arithmetic changed after the others'. */
const versions: Partial<Record<Protocols[number], number>> = { attentive: 3, finetune: 3 };
const others = 2;

/**
 * The version of the arithmetic behind a result of these protocols, the newest of theirs. A protocol's is incremented
 * whenever the same encoder, data and settings would give it other numbers than before, and no other protocol's with it;
 * results of different versions are kept apart.
 *
 * 2: logistic regression in float64 to within 1e-6 of its minimum, penalties down to 1e-6; ties go to the
 * first class; the last, partial batch of SGD counts.
 *
 * 3: `attentive` scales tokens by the images it trains on, where the held-out ones counted too; `finetune` trains on the
 * last, partial batch of every epoch.
 */
export function evaluationVersion(protocols: Readonly<Protocols>): number {
  return Math.max(...protocols.map((name) => versions[name] ?? others));
}
