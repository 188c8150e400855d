/** An instruction of an optimized program. */
export interface HloInstruction {
  id: number;
  opcode: string;
  /** Of the result, or of the parts of a tuple: numbers of xla/xla_data.proto's PrimitiveType. */
  types: number[];
  operands: number[];
  calls: number[];
  /** Of a custom call. */
  target: string;
  config: string;
}

export interface HloComputation {
  id: number;
  instructions: HloInstruction[];
}

/** PrimitiveType of xla/xla_data.proto. */
export const HLO_TYPES = { float32: 11, float64: 12, complex128: 18, bfloat16: 16 } as const;

type Field = { number: number; value: number; bytes: Uint8Array | null };

/** Fields of a protobuf message in wire format (protobuf.dev, "Encoding"); 64-bit numbers are truncated to 53 bits. */
function* fieldsOf(message: Uint8Array): Generator<Field> {
  const view = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  let at = 0;
  const varint = () => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = view[at++] as number;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  };
  while (at < view.length) {
    const tag = varint();
    const [number, kind] = [Math.floor(tag / 8), tag % 8];
    if (kind === 0) yield { number, value: varint(), bytes: null };
    else if (kind === 2) {
      const length = varint();
      yield { number, value: 0, bytes: view.subarray(at, at + length) };
      at += length;
    } else {
      at += kind === 1 ? 8 : 4;
    }
  }
}

/** Repeated numbers, packed or unpacked. */
function numbersOf({ bytes, value }: Field): number[] {
  if (bytes === null) return [value];
  const numbers: number[] = [];
  let [number, factor] = [0, 1];
  for (const byte of bytes) {
    number += (byte & 127) * factor;
    factor *= 128;
    if (byte < 128) {
      numbers.push(number);
      [number, factor] = [0, 1];
    }
  }
  return numbers;
}

const text = ({ bytes }: Field): string => Buffer.from(bytes ?? []).toString("utf8");

/** The computations of an HloModuleProtoWithConfig, as from `Executable_OptimizedProgram` (xla/service/hlo.proto). */
export function readHlo(program: Uint8Array): HloComputation[] {
  const module = [...fieldsOf(program)].find(({ number }) => number === 1)?.bytes ?? new Uint8Array();
  return [...fieldsOf(module)]
    .filter(({ number }) => number === 3)
    .map(({ bytes }) => computation(bytes as Uint8Array));
}

function computation(message: Uint8Array): HloComputation {
  const made: HloComputation = { id: 0, instructions: [] };
  for (const field of fieldsOf(message)) {
    if (field.number === 2) made.instructions.push(instruction(field.bytes as Uint8Array));
    if (field.number === 5) made.id = field.value;
  }
  return made;
}

function instruction(message: Uint8Array): HloInstruction {
  const made: HloInstruction = { id: 0, opcode: "", types: [], operands: [], calls: [], target: "", config: "" };
  for (const field of fieldsOf(message)) {
    if (field.number === 2) made.opcode = text(field);
    else if (field.number === 3) made.types = typesOf(field.bytes as Uint8Array);
    else if (field.number === 28) made.target = text(field);
    else if (field.number === 35) made.id = field.value;
    else if (field.number === 36) made.operands.push(...numbersOf(field));
    else if (field.number === 38) made.calls.push(...numbersOf(field));
    else if (field.number === 43) made.config = text(field);
  }
  return made;
}

function typesOf(shape: Uint8Array): number[] {
  const fields = [...fieldsOf(shape)];
  const parts = fields.filter(({ number }) => number === 4).flatMap(({ bytes }) => typesOf(bytes as Uint8Array));
  return parts.length > 0 ? parts : fields.filter(({ number }) => number === 2).map(({ value }) => value);
}
