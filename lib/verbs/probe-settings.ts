import { resolve } from "node:path";
import { layOver } from "../config";
import { CliError } from "../errors";
import { givenSettings } from "./given-settings";

/** Option values of `njepa probe`. */
export interface ProbeValues {
  protocol?: string | undefined;
  fractions?: string | undefined;
  shots?: string | undefined;
  labels?: string | undefined;
  encoder?: string | undefined;
  layers?: string | undefined;
  subsets?: string | undefined;
  config?: string | undefined;
  set?: string[] | undefined;
  diagnostics?: boolean | undefined;
  "no-baselines"?: boolean | undefined;
  features: string;
  device: string;
  html?: string | undefined;
  json?: boolean | undefined;
}

/** The settings of `evaluate` that the options give. @throws {CliError} for what is no number, or names no setting */
export function probeSettings(values: ProbeValues): Record<string, unknown> {
  const list = (name: keyof ProbeValues) =>
    typeof values[name] === "string" ? (values[name] as string).split(",") : undefined;
  const number = (text: string, name: string) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value)) throw new CliError(`--${name} expects numbers, got ${text}`);
    return value;
  };
  if (values.labels !== undefined && values.subsets !== undefined)
    throw new CliError("--labels names the subsets, which --subsets would draw: give one or the other");
  const given = {
    protocol: list("protocol"),
    encoder: list("encoder"),
    layers: list("layers"),
    labelLists: list("labels")?.map((file) => resolve(file)),
    fractions: list("fractions")?.map((text) => number(text, "fractions")),
    shots: list("shots")?.map((text) => number(text, "shots")),
    subsets: typeof values.subsets === "string" ? number(values.subsets, "subsets") : undefined,
  };
  return layOver(given, givenSettings(values.set));
}

/** The ways to say which labels are probed with; only one of them can count. */
const ways = ["labelLists", "shots", "fractions"];

/** Settings laid over others, whose own choice of labels gives way. @throws {CliError} when more than one way is given */
export function laidOver(under: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const given = ways.filter((way) => over[way] !== undefined);
  if (given.length > 1)
    throw new CliError(`--labels, --shots and --fractions each say which labels: give one, got ${given.join(" and ")}`);
  const kept = Object.entries(under).filter(([name]) => given.length === 0 || !ways.includes(name));
  return layOver(Object.fromEntries(kept), over);
}
