import { canonicalJson } from "../../config";
import type { Dataset } from "../../data";
import { type EncoderSource, type ProbeResult, probe, type RightImages } from "../../evaluate";
import type { StudyEvaluation } from "../job";
import { checkListHashes } from "../label-lists";
import type { ResultNumbers } from "../store/result";

/** Outcome of one evaluation. */
export interface Evaluated {
  numbers: ResultNumbers;
  /** Which test images were classified correctly, for each label subset. */
  right: readonly RightImages[];
  protocol: string;
  /** Duration of the probe that it was part of. */
  seconds: number;
}

/**
 * Evaluates one encoder at one share of its training; evaluations that differ only in layers and shares take one pass.
 */
export async function* evaluateCells(
  source: EncoderSource,
  data: Dataset,
  evaluations: readonly StudyEvaluation[],
  options: { signal?: AbortSignal; onProgress?: (line: string) => void },
): AsyncGenerator<[StudyEvaluation, Evaluated]> {
  const passes = new Map<string, StudyEvaluation[]>();
  for (const evaluation of evaluations) {
    const { fractions: _, layers: __, at: ___, ...shared } = evaluation;
    const key = canonicalJson(shared);
    passes.set(key, [...(passes.get(key) ?? []), evaluation]);
  }
  for (const pass of passes.values()) {
    const began = performance.now();
    const layers = [...new Set(pass.flatMap((evaluation) => evaluation.layers))];
    const fractions = [...new Set(pass.flatMap((evaluation) => evaluation.fractions))];
    const { at: _, listHashes: __, ...settings } = pass[0] as StudyEvaluation;
    checkListHashes(pass[0] as StudyEvaluation);
    const results = await probe(source, data, { ...settings, layers, fractions }, options);
    const seconds = (performance.now() - began) / 1000;
    for (const evaluation of pass) {
      const [fraction, layer] = [evaluation.fractions[0], evaluation.layers[0]];
      const [shots] = evaluation.shots ?? [];
      const isAsked = ({ protocol, ...it }: ProbeResult) =>
        // Lists come one at a time, and their share is whatever they hold, not a round number.
        evaluation.labelLists ? true : shots === undefined ? it.fraction === fraction : protocol.shots === shots;
      const result = results.find((it) => isAsked(it) && (it.layers ?? layer) === layer) as ProbeResult;
      const right = result.subsets.map((subset) => subset.right);
      yield [evaluation, { numbers: numbersOf(result), right, protocol: result.sentence, seconds }];
    }
  }
}

function numbersOf({ subsets, labels }: ProbeResult): ResultNumbers {
  const lasts = subsets.flatMap(({ last }) => last ?? []);
  const converged = subsets.flatMap((subset) => subset.converged ?? []);
  return {
    accuracies: subsets.map(({ accuracy }) => accuracy),
    subsets: subsets.map(({ seed }) => seed),
    chosen: subsets.map(({ chosen }) => ({ ...chosen })),
    labels,
    atEdge: subsets.map(({ atEdge }) => [...atEdge]),
    ...(lasts.length > 0 && { last: lasts }),
    ...(converged.length > 0 && { converged }),
  };
}
