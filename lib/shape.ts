/** Number of elements of a tensor of this shape, named as in TensorFlow.js; 1 for a scalar's, which has no sizes. */
export function sizeFromShape(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
