import type { EvaluateConfig } from "../../config";
import { attentive } from "./attentive";
import { dinoLinear } from "./dino-linear";
import { finetune } from "./finetune";
import { ibotLogreg } from "./ibot-logreg";
import { knn } from "./knn";
import { linear } from "./linear";
import { linearAugmented } from "./linear-augmented";
import { logreg } from "./logreg";
import { mlp } from "./mlp";
import type { EncoderChoice, ProbeProtocol, ProtocolDefinition, ProtocolName } from "./protocol-definition";
import { vjepaAttentive } from "./vjepa-attentive";

/** Every protocol by its name in the config. */
export const protocols: Record<ProtocolName, ProtocolDefinition> = {
  linear,
  "linear-augmented": linearAugmented,
  "dino-linear": dinoLinear,
  logreg,
  "ibot-logreg": ibotLogreg,
  mlp,
  attentive,
  "vjepa-attentive": vjepaAttentive,
  finetune,
  knn,
};

/** Settings that a protocol's numbers depend on, as stated in the result. */
export function settingsOf(
  name: ProtocolName,
  config: EvaluateConfig,
): Pick<ProbeProtocol, "settings" | "heldOut" | "augmentation" | "normalize"> {
  const { settings, needsImages, seesCrops = needsImages, normalize } = protocols[name];
  const entries = Object.entries(settings(config)).map(
    ([key, value]) => [key, typeof value !== "number" && value.length === 1 ? (value[0] as number) : value] as const,
  );
  return {
    settings: Object.fromEntries(entries),
    heldOut: entries.some(([, value]) => typeof value !== "number") ? config.heldOut : null,
    augmentation: seesCrops ? config.augmentation : null,
    normalize,
  };
}

/**
 * The encoders requested, plus the baselines: `untrained`, and `raw-pixels` unless a protocol needs an
 * encoder.
 */
export function withBaselines({ encoder, protocol }: Pick<EvaluateConfig, "encoder" | "protocol">): EncoderChoice[] {
  const needsEncoder = protocol.some((name) => protocols[name].needsImages);
  return [...new Set([...encoder, "untrained" as const, ...(needsEncoder ? [] : ["raw-pixels" as const])])];
}
