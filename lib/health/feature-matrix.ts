/** One row of numbers per image. */
export interface FeatureMatrix {
  /** [count · width] row-major. */
  values: Float32Array;
  count: number;
  width: number;
}
