import {
  layOver,
  parseRun,
  presets,
  type Run,
  type RunInput,
  type StudyColumn,
  type StudyConfig,
  type StudyPresetName,
  type StudyRow,
} from "../config";
import { ConfigError } from "../errors";
import { operationsPerImage } from "../train";
import type { StudyEvaluation } from "./job";

/**
 * The run of one cell: the preset's study, under the study's settings, under the row's.
 *
 * @throws {ConfigError} when its settings are invalid, or do not fix one evaluation
 */
export function cellRun(
  config: StudyConfig,
  row: StudyRow,
  column: StudyColumn,
  preset: StudyPresetName,
  seed: number,
): Run {
  const { fraction, layers: pooled } = column;
  const encoder = row.source === "trained" ? column.encoder : row.source === "untrained" ? "untrained" : "raw-pixels";
  const asked = {
    ...(encoder === undefined ? {} : { encoder }),
    ...(pooled === undefined ? {} : { layers: pooled }),
    ...(fraction === undefined ? {} : { fractions: [fraction] }),
    ...column.settings,
  };
  const scale = presets[preset].study.settings;
  // Without training, no weights are needed for the noisy losses.
  const method = row.source === "trained" ? {} : { objective: { method: "i-jepa" } };
  const layers = [{ ...scale }, config.settings, method, row.settings, { evaluate: asked }, { seed, preset }];
  const run = parseRun(layers.reduce<Record<string, unknown>>((under, over) => layOver(under, over), {}) as RunInput);
  for (const part of ["fractions", "encoder", "layers", "protocol"] as const) {
    const several = run.evaluate[part];
    if (several.length !== 1)
      throw new ConfigError(`evaluate.${part}: expected one per cell, got ${several.join(", ")}; give the column one`);
  }
  if (row.sameOperationsAs !== undefined) return lengthened(run, otherRun(config, row, column, preset, seed));
  if (row.source !== "raw-pixels") return run;
  // Raw pixels have no layers, so columns that differ only in those are one number, and no encoder to see new crops.
  const protocol = run.evaluate.protocol.map((name) => (name === "linear-augmented" ? "linear" : name));
  return { ...run, evaluate: { ...run.evaluate, layers: ["last"], protocol } };
}

function otherRun(config: StudyConfig, row: StudyRow, column: StudyColumn, preset: StudyPresetName, seed: number): Run {
  const other = config.rows.find(({ name }) => name === row.sameOperationsAs);
  if (other && other.sameOperationsAs === undefined) return cellRun(config, other, column, preset, seed);
  throw new ConfigError(`sameOperationsAs: expected a row of a length of its own, got ${row.sameOperationsAs}`);
}

/** The run, lengthened until it takes as many operations as the other, whatever the seed. */
function lengthened(run: Run, other: Run): Run {
  const [own, wanted] = [run, other].map((one) => operationsPerImage({ ...one, seed: 0 })) as [number, number];
  const { epochs, warmupEpochs } = run.optimizer;
  const longer = (length: number) => Number(((length * wanted) / own).toPrecision(4));
  return { ...run, optimizer: { ...run.optimizer, epochs: longer(epochs), warmupEpochs: longer(warmupEpochs) } };
}

/** How a cell's encoder is evaluated. @throws {ConfigError} for a share of training without a kept checkpoint */
export function evaluationOf(run: Run, { source }: StudyRow, { at }: StudyColumn): StudyEvaluation {
  if (at === undefined || source !== "trained") return run.evaluate;
  const { keepMarks } = run.train.checkpoint;
  if (keepMarks.includes(at)) return { ...run.evaluate, at };
  throw new ConfigError(`at: expected one of train.checkpoint.keepMarks (${keepMarks.join(", ")}), got ${at}`);
}
