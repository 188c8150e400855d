export { drawNoise, type NoiseShape, noiseSigmas } from "./draw";
export { type NoiseLevels, noiseLevels } from "./levels";
export { noisePresets } from "./presets";
