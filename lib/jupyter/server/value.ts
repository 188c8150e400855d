import { inspect } from "node:util";
import type { Displayable } from "../../report";
import type { DisplayBundle } from "../../session/kernel-bridge";
import { displayBundle } from "../../session/kernel-bridge";
import { sizeFromShape } from "../../shape";

/** What is read from a TensorFlow.js tensor; this room does not import TensorFlow.js. */
interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly size: number;
  readonly isDisposed?: boolean;
  data(): Promise<ArrayLike<unknown>>;
}

/** Tensors with more elements than this are not fetched from the device just to show a few of them. */
const mostFetched = 1 << 22;
const edge = 3;

/** A cell's value in every form we have for it: displayables in their own, tensors and everything else as text. */
export async function valueBundle(value: unknown): Promise<DisplayBundle> {
  if (safely(() => isDisplayable(value))) return displayBundle(value as Displayable);
  const isOne = safely(() => isTensor(value));
  const text = typeof value === "string" ? value : isOne ? await tensorText(value as TensorLike) : inspectSafely(value);
  return { data: { "text/plain": text }, metadata: {} };
}

/** Whether the value passes; one that throws when it is looked at, as a proxy may, does not. */
function safely(test: () => boolean): boolean {
  try {
    return test();
  } catch {
    return false;
  }
}

function isDisplayable(value: unknown): value is Displayable {
  return typeof (value as { toMimeBundle?: unknown } | null)?.toMimeBundle === "function";
}

function isTensor(value: unknown): value is TensorLike {
  const it = value as Partial<TensorLike> | null;
  return (
    typeof it === "object" &&
    it !== null &&
    Array.isArray(it.shape) &&
    typeof it.dtype === "string" &&
    typeof it.data === "function" &&
    "dataId" in it
  );
}

/** Dtype, shape and a few values: `Tensor float32 [2, 3]`, then the values as nested lists, cut in the middle. */
async function tensorText(tensor: TensorLike): Promise<string> {
  const head = `Tensor ${tensor.dtype} [${tensor.shape.join(", ")}]`;
  if (tensor.isDisposed) return `${head}, disposed`;
  if (tensor.size > mostFetched) return `${head}, ${tensor.size} values`;
  const values = await tensor.data();
  return `${head}\n${nested(values, tensor.shape, 0, 0)}`;
}

function nested(values: ArrayLike<unknown>, shape: readonly number[], offset: number, depth: number): string {
  const [length, ...inner] = shape;
  if (length === undefined) return short(values[offset]);
  const stride = sizeFromShape(inner);
  const all = length <= 2 * edge + 1;
  const places = Array.from({ length: all ? length : 2 * edge }, (_, i) =>
    all || i < edge ? i : length - 2 * edge + i,
  );
  const parts = places.map((place) => nested(values, inner, offset + place * stride, depth + 1));
  if (!all) parts.splice(edge, 0, "…");
  return inner.length === 0 ? `[${parts.join(", ")}]` : `[${parts.join(`,\n${" ".repeat(depth + 1)}`)}]`;
}

function short(value: unknown): string {
  if (typeof value !== "number") return typeof value === "string" ? JSON.stringify(value) : String(value);
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** The value as text, even if inspecting it throws. */
function inspectSafely(value: unknown): string {
  try {
    return inspect(value, { maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100 });
  } catch (error) {
    return `[${typeof value} that cannot be shown: ${String((error as Error | null)?.message)}]`;
  }
}
