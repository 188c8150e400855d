import type { CApi } from "./c-api";
import { callSite } from "./call-site";
import type { Pointer } from "./pointer";
import { check } from "./status";

/** What the engine needs to know of an op. */
export interface OpDefinition {
  /** Which inputs are lists: `"N"` names the attribute with the list's length, `null` a single tensor. */
  inputs: readonly { lengthAttribute: string | null; typesAttribute: string | null }[];
  /**
   * Type attributes that TensorFlow infers from the tensors themselves. TensorFlow.js's backend states them in its own
   * dtypes, which call uint8 and int64 tensors "int32".
   */
  inferred: ReadonlySet<string>;
}

/** Op definitions, each requested from TensorFlow only once: a captured step needs them thousands of times. */
export class OpDefinitions {
  private readonly known = new Map<string, OpDefinition>();
  private readonly graph: Pointer;
  private readonly status: Pointer;

  constructor(private readonly api: CApi) {
    this.graph = api.graph.create();
    this.status = api.newStatus();
  }

  /** @throws {TensorFlowError} for an op TensorFlow does not know, and for compiled functions */
  of(name: string): OpDefinition {
    const before = this.known.get(name);
    if (before) return before;
    const { api, graph, status } = this;
    const buffer = api.graph.newBuffer();
    try {
      api.graph.opDefinition(graph, name, buffer, status);
      check(api, status, name, callSite);
      const definition = parseOpDefinition(api.bufferBytes(buffer));
      this.known.set(name, definition);
      return definition;
    } finally {
      api.graph.deleteBuffer(buffer);
    }
  }
}

/**
 * The inputs in a serialized OpDef (tensorflow/core/framework/op_def.proto): field 2 is `input_arg`, and in an ArgDef
 * field 4 is `type_attr`, field 5 `number_attr`, field 6 `type_list_attr`. Everything else is skipped, so these few
 * fields need no protobuf library.
 */
function parseOpDefinition(bytes: Uint8Array): OpDefinition {
  const parsed = fields(bytes)
    .filter(({ field }) => field === 2)
    .map(({ bytes: argument }) => {
      const text = (wanted: number) => {
        const found = fields(argument).find(({ field }) => field === wanted);
        return found ? Buffer.from(found.bytes).toString("utf8") : null;
      };
      return { typeAttribute: text(4), lengthAttribute: text(5), typesAttribute: text(6) };
    });
  // TensorFlow's eager ops stop inferring types from their inputs at the first list.
  const firstList = parsed.findIndex(({ lengthAttribute, typesAttribute }) => lengthAttribute ?? typesAttribute);
  const lists = firstList < 0 ? [] : parsed.slice(firstList);
  const singles = (firstList < 0 ? parsed : parsed.slice(0, firstList)).map(({ typeAttribute }) => typeAttribute);
  const ofLists = new Set(lists.map(({ typeAttribute }) => typeAttribute));
  return {
    inputs: parsed.map(({ lengthAttribute, typesAttribute }) => ({ lengthAttribute, typesAttribute })),
    inferred: new Set(singles.filter((name): name is string => name !== null && !ofLists.has(name))),
  };
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
