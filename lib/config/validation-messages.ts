import { inspect } from "node:util";
import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/** One line per problem: the key's path, expected and actual values, and for a typo the nearest name. */
export function describeIssues(issues: readonly Issue[], schema: z.ZodType, input: unknown): string[] {
  return issues.flatMap((issue) => describeIssue(issue, schema, input));
}

function describeIssue(issue: Issue, schema: z.ZodType, input: unknown): string[] {
  const path = issue.path.map(String);
  const where = path.length > 0 ? path.join(".") : "run";
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, path);
    return issue.keys.map((key) => {
      const hint = nearest(key, known);
      const advice = hint ? `did you mean "${hint}"?` : `known keys: ${known.join(", ")}`;
      return `${[...path, key].join(".")}: expected no such key, got ${quote(valueAt(input, [...path, key]))}; ${advice}`;
    });
  }
  const got = valueAt(input, path);
  if (issue.code === "invalid_value") {
    const hint = typeof got === "string" ? nearest(got, issue.values.map(String)) : undefined;
    const values = issue.values.map(quote).join(" | ");
    return [`${where}: expected ${values}, got ${quote(got)}${hint ? `; did you mean "${hint}"?` : ""}`];
  }
  return [`${where}: ${expectation(issue)}, got ${quote(got)}`];
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${issue.expected}`;
    case "too_small":
      return `expected ${issue.inclusive ? "≥" : ">"} ${issue.minimum}${items(issue.origin)}`;
    case "too_big":
      return `expected ${issue.inclusive ? "≤" : "<"} ${issue.maximum}${items(issue.origin)}`;
    default:
      return issue.message;
  }
}

function items(origin: string): string {
  return origin === "array" ? " entries" : "";
}

/** The value as a person would write it; JSON has no word for NaN and refuses other values. */
export function quote(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return inspect(value, { breakLength: Number.POSITIVE_INFINITY });
  }
}

function valueAt(input: unknown, path: readonly string[]): unknown {
  let value = input;
  for (const key of path) {
    // A single value may stand for a list of one (`oneOrMore`).
    if (typeof value !== "object" || value === null) return key === "0" ? value : undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

interface SchemaNode {
  def: { innerType?: SchemaNode; shape?: Record<string, SchemaNode> };
}

function keysAt(schema: z.ZodType, path: readonly string[]): string[] {
  let shape = shapeOf(schema as unknown as SchemaNode);
  for (const key of path) {
    const next = shape[key];
    shape = next ? shapeOf(next) : {};
  }
  return Object.keys(shape);
}

function shapeOf(node: SchemaNode): Record<string, SchemaNode> {
  let inner = node;
  while (inner.def.innerType) inner = inner.def.innerType;
  return inner.def.shape ?? {};
}

/** The known name within two typos (or a third of its length) of `name`, if any. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const slips = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (slips < least && slips <= Math.max(2, Math.floor(candidate.length / 3))) {
      least = slips;
      best = candidate;
    }
  }
  return best;
}

function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const swap = (previous[column - 1] as number) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(swap, (previous[column] as number) + 1, (current[column - 1] as number) + 1));
    }
    previous = current;
  }
  return previous[to.length] as number;
}
