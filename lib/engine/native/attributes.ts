import { EngineError } from "../../errors";
import type { CApi } from "./c-api";
import type { Pointer } from "./pointer";

/** The kinds of op attributes, numbered as TensorFlow's C API numbers them (TF_AttrType). */
export const ATTRIBUTE = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5, resource: 6 } as const;

/** An op's attribute as tfjs-node's backend writes it. */
export interface OpAttribute {
  name: string;
  type: number;
  value: boolean | number | object | string | number[] | string[];
}

/** Sets attributes on an op under construction, eager or in a graph: the two differ only in their setters. */
export function setAttributes(
  setters: CApi["eager"] | CApi["graph"],
  op: Pointer,
  attributes: readonly OpAttribute[],
  status: Pointer,
): void {
  for (const { name, type, value } of attributes) {
    switch (type) {
      case ATTRIBUTE.string:
        if (Array.isArray(value)) setStringList(setters, op, name, value as string[]);
        else setters.setString(op, name, String(value), Buffer.byteLength(String(value)));
        break;
      case ATTRIBUTE.int:
        if (Array.isArray(value))
          setters.setIntList(op, name, BigInt64Array.from(value as number[], BigInt), value.length);
        else setters.setInt(op, name, value as number);
        break;
      case ATTRIBUTE.float:
        setters.setFloat(op, name, value as number);
        break;
      case ATTRIBUTE.bool:
        setters.setBool(op, name, value ? 1 : 0);
        break;
      case ATTRIBUTE.type:
        if (Array.isArray(value)) setters.setTypeList(op, name, Int32Array.from(value as number[]), value.length);
        else setters.setType(op, name, value as number);
        break;
      case ATTRIBUTE.shape: {
        const dims = BigInt64Array.from(value as number[], BigInt);
        setters.setShape(op, name, dims, dims.length, status);
        break;
      }
      default:
        throw new EngineError(`The attribute "${name}" is of kind ${type}, which the engine does not set.`);
    }
  }
}

function setStringList(
  setters: CApi["eager"] | CApi["graph"],
  op: Pointer,
  name: string,
  values: readonly string[],
): void {
  const lengths = BigUint64Array.from(values, (value) => BigInt(Buffer.byteLength(value)));
  setters.setStringList(op, name, [...values], lengths, values.length);
}
