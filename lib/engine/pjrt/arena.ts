import { koffi } from "../native/koffi";
import type { Pointer } from "../native/pointer";

const libc = koffi.load(null);
const malloc = libc.func("void *malloc(size_t bytes)") as unknown as (bytes: number) => Pointer;
const free = libc.func("void free(void *memory)") as unknown as (memory: Pointer) => void;
const copyIn = libc.func("void *memcpy(void *to, const void *from, size_t n)") as unknown as (
  to: Pointer,
  from: ArrayBufferView,
  bytes: number,
) => void;
const copyOut = libc.func("memcpy", "void *", [koffi.out(koffi.pointer("uint8_t")), "void *", "size_t"]) as unknown as (
  to: Uint8Array,
  from: Pointer,
  bytes: number,
) => void;

const addressOf = libc.func("memcpy", "void *", ["void *", "const void *", "size_t"]) as unknown as (
  to: ArrayBufferView,
  from: ArrayBufferView,
  bytes: number,
) => Pointer;

/** V8 keeps typed arrays of at most 64 bytes inside its heap, where they may move; this is far above. */
const LEAST_IN_PLACE = 4096;

/** Memory outside JavaScript for a single call, freed all at once. */
export class Arena {
  private readonly held: Pointer[] = [];

  /** The address of a copy of the bytes. */
  put(values: ArrayBufferView): Pointer {
    const memory = malloc(Math.max(8, values.byteLength));
    this.held.push(memory);
    if (values.byteLength > 0) copyIn(memory, values, values.byteLength);
    return memory;
  }

  /** The address of the bytes themselves while the array is held; of a copy where they are few. */
  lend(values: ArrayBufferView): Pointer {
    return values.byteLength > LEAST_IN_PLACE ? addressOf(values, values, 0) : this.put(values);
  }

  putText(text: string): { at: Pointer; bytes: number } {
    const bytes = Buffer.from(text);
    return { at: this.put(bytes), bytes: bytes.length };
  }

  putPointers(pointers: readonly Pointer[]): Pointer {
    return this.put(BigUint64Array.from(pointers));
  }

  free(): void {
    for (const memory of this.held.splice(0)) free(memory);
  }

  static bytes(at: Pointer, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    if (length > 0) copyOut(bytes, at, length);
    return bytes;
  }

  static text(at: Pointer, length: number): string {
    return Buffer.from(Arena.bytes(at, length)).toString("utf8");
  }

  static pointers(at: Pointer, count: number): Pointer[] {
    const bytes = Arena.bytes(at, 8 * count);
    return Array.from(new BigUint64Array(bytes.buffer));
  }
}
