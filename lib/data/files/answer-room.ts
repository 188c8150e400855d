import { isPlainObject } from "../../plain-object";

type Unpack = (packed: Uint8Array, length: number) => Uint8Array;

/**
 * The memory that one answer about a stranger's file may take. A few kilobytes of a Parquet file can stand for any number:
 * pages unpack to what their headers say, and rows share values through a dictionary.
 */
export class AnswerRoom {
  /** @param most bytes for unpacked pages, and as many again for the values */
  constructor(private readonly most: number) {}

  /** The functions that unpack pages, until all that they have unpacked is too much. */
  limited<Codecs extends Partial<Record<string, Unpack>>>(codecs: Codecs): Codecs {
    let left = this.most;
    const limit =
      (unpack: Unpack): Unpack =>
      (packed, length) => {
        left -= length;
        if (left < 0) throw this.tooMuch("its pages unpack");
        return unpack(packed, length);
      };
    return Object.fromEntries(
      Object.entries(codecs).map(([codec, unpack]) => [codec, unpack && limit(unpack)]),
    ) as Codecs;
  }

  /** Copies of values, for another thread: a view would take its whole page along. */
  copies(values: readonly unknown[]): unknown[] {
    const bytes = values.reduce((sum: number, value) => sum + bytesIn(value), 0);
    if (bytes > this.most) throw this.tooMuch(`${values.length} rows come`);
    return values.map(copyOf);
  }

  private tooMuch(what: string): Error {
    return new Error(`${what} to more than ${this.most} bytes`);
  }
}

function bytesIn(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  if (!isPlainObject(value)) return 0;
  return Object.values(value).reduce((sum: number, inner) => sum + bytesIn(inner), 0);
}

function copyOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.slice();
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copyOf(inner)]));
}
