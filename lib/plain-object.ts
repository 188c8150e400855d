/** Whether a value is an object with named members, such as JSON's: an array is none, nor is null. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
