import { NjepaError } from "../../lib/errors";
import { type Rng, rng } from "../../lib/random";

/** Inputs of each format: a hundred in the suite, ten thousand by `npm run test:fuzz`. */
export const FUZZ_INPUTS = Number(process.env.NJEPA_TEST_FUZZ ?? 100);

/** Values at which lengths and counts overflow, change sign or end. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** A damaged copy of an input: bits, bytes and numbers changed, cut, repeated, filled; a function of the stream alone. */
export function damaged(input: Buffer, random: Rng): Buffer {
  let bytes: Buffer = Buffer.from(input);
  const changes = 1 + Math.floor(random.uniform() * 4);
  for (let change = 0; change < changes && bytes.length > 0; change++) {
    const at = random.int(0, bytes.length);
    const length = random.int(0, Math.min(64, bytes.length - at) + 1);
    switch (random.int(0, 7)) {
      case 0:
        bytes[at] = (bytes[at] as number) ^ (1 << random.int(0, 8));
        break;
      case 1:
        bytes[at] = random.int(0, 256);
        break;
      case 2: {
        const [value, width] = [EDGES[random.int(0, EDGES.length)] as number, [1, 2, 4][random.int(0, 3)] as number];
        if (at + width > bytes.length) break;
        const cut = value % 2 ** (8 * width);
        if (random.uniform() < 0.5) bytes.writeUIntLE(cut, at, width);
        else bytes.writeUIntBE(cut, at, width);
        break;
      }
      case 3:
        bytes = bytes.subarray(0, at);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
        break;
      case 5:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      default:
        bytes.fill(random.uniform() < 0.5 ? 0 : 0xff, at, at + length);
    }
  }
  return bytes;
}

/** How often each answer came, and the most memory that the process took above its start. */
export interface FuzzReport {
  answers: Record<string, number>;
  grownBytes: number;
  seconds: number;
}

/**
 * Gives damaged copies of inputs to a reader, which must answer or refuse by one of our errors.
 *
 * @throws any other error, with the number of the input that led to it
 */
export async function fuzz(
  format: string,
  inputs: readonly Buffer[],
  read: (input: Buffer, number: number) => unknown,
): Promise<FuzzReport> {
  const answers: Record<string, number> = {};
  const before = process.memoryUsage.rss();
  const started = Date.now();
  let most = before;
  for (let number = 0; number < FUZZ_INPUTS; number++) {
    const random = rng(0).fold("fuzz").fold(format).fold(number);
    const input = damaged(inputs[number % inputs.length] as Buffer, random);
    let answer = "read";
    try {
      await read(input, number);
    } catch (error) {
      answer = (error as Error).name;
      if (!(error instanceof NjepaError)) {
        throw new Error(`input ${number} of ${format}: ${(error as Error).stack}`, { cause: error });
      }
    }
    answers[answer] = (answers[answer] ?? 0) + 1;
    if (number % 50 === 0) most = Math.max(most, process.memoryUsage.rss());
  }
  const report = { answers, grownBytes: most - before, seconds: (Date.now() - started) / 1000 };
  if (process.env.NJEPA_TEST_FUZZ) console.log(format, JSON.stringify(report));
  return report;
}

const ODD = [
  null,
  true,
  -1,
  0.5,
  1e308,
  "",
  "x",
  "__proto__",
  [],
  {},
  [null],
  [[]],
  { length: 9 },
  "\u0000\ud800",
  "9".repeat(400),
];

/** A copy of some JSON of which a few values are odd, gone, or stand where others stood. */
export function damagedJson(value: unknown, random: Rng): unknown {
  let copy = JSON.parse(JSON.stringify(value)) as unknown;
  for (let change = random.int(1, 4); change > 0; change--) {
    const places = placesOf(copy);
    if (places.length === 0) return copy;
    const { inside, key } = places[random.int(0, places.length)] as (typeof places)[number];
    const other = places[random.int(0, places.length)] as (typeof places)[number];
    const kind = random.int(0, 4);
    if (kind === 0) delete inside[key];
    else if (kind === 1) inside[key] = JSON.parse(JSON.stringify(other.inside[other.key] ?? null));
    else inside[key] = ODD[random.int(0, ODD.length)];
    copy = JSON.parse(JSON.stringify(copy)) as unknown;
  }
  return copy;
}

function placesOf(value: unknown, found: { inside: Record<string, unknown>; key: string }[] = []) {
  if (typeof value !== "object" || value === null) return found;
  for (const [key, below] of Object.entries(value)) {
    found.push({ inside: value as Record<string, unknown>, key });
    placesOf(below, found);
  }
  return found;
}
