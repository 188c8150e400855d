import type { CApi, Pointer } from "./c-api";
import { callSite } from "./call-site";
import { check } from "./status";

/** Which of an op's inputs are lists: `"N"` names the attribute with the list's length, `null` a single tensor. */
export interface OpDefinition {
  inputs: readonly { lengthAttribute: string | null; typesAttribute: string | null }[];
}

const known = new Map<string, OpDefinition>();

/** An op's definition, asked of TensorFlow once per process: a captured step asks for it thousands of times. */
export function opDefinition(api: CApi, graph: Pointer, name: string, status: Pointer): OpDefinition {
  const before = known.get(name);
  if (before) return before;
  const buffer = api.graph.newBuffer();
  try {
    api.graph.opDefinition(graph, name, buffer, status);
    check(api, status, name, callSite);
    const definition = parseOpDefinition(api.bufferBytes(buffer));
    known.set(name, definition);
    return definition;
  } finally {
    api.graph.deleteBuffer(buffer);
  }
}

/**
 * Reads the inputs from a serialized OpDef (tensorflow/core/framework/op_def.proto): field 2 is `input_arg`, and in
 * an ArgDef field 5 is `number_attr`, field 6 `type_list_attr`. Everything else is skipped, so a whole protobuf
 * library is not needed for these few fields.
 */
export function parseOpDefinition(bytes: Uint8Array): OpDefinition {
  const inputs = fields(bytes)
    .filter(({ field }) => field === 2)
    .map(({ bytes: argument }) => {
      const text = (wanted: number) => {
        const found = fields(argument).find(({ field }) => field === wanted);
        return found ? Buffer.from(found.bytes).toString("utf8") : null;
      };
      return { lengthAttribute: text(5), typesAttribute: text(6) };
    });
  return { inputs };
}

function fields(bytes: Uint8Array): { field: number; bytes: Uint8Array }[] {
  const found: { field: number; bytes: Uint8Array }[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] as number;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const wire = tag & 7;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else {
      const length = varint();
      found.push({ field: tag >>> 3, bytes: bytes.subarray(at, at + length) });
      at += length;
    }
  }
  return found;
}
