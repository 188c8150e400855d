import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { StudyError } from "../../errors";
import { sha256OfFile, writeDurably } from "../../system";
import { libraryVersion } from "../job";
import type { PublishedPart } from "../store/published";
import type { Result } from "../store/result";

/** A published file, and the result that it holds or belongs to. */
export interface CrateFile {
  path: string;
  result: Result;
  kind: "result" | PublishedPart;
}

/** What else is published of a training. */
const belonging: Record<PublishedPart, string> = {
  curves: "curves of the training: at most 200 means over steps",
  gradients: "L2 norms of each loss term's gradient by part of the model, at the end of the training",
};

const FILE = "ro-crate-metadata.json";
const SPECIFICATION = "https://w3id.org/ro/crate/1.2";
const SOFTWARE = "#njepa";

type Entity = Record<string, unknown> & { "@id": string };

/**
 * Describes published results for other programs in `ro-crate-metadata.json` of RO-Crate 1.2: the SHA-256 of each file,
 * and the settings, data, end time and commit of each training. Entries already there for other trainings are kept as
 * long as their files are.
 *
 * Source: https://www.researchobject.org/ro-crate/specification/1.2/
 */
export async function writeCrate(folder: string, files: readonly CrateFile[]): Promise<void> {
  const entities = new Map<string, Entity>();
  for (const entity of await readGraph(folder)) entities.set(entity["@id"], entity);
  for (const { path, result, kind } of files) {
    const id = relative(folder, path).split(sep).join("/");
    const what = kind === "result" ? resultText(result) : belonging[kind];
    const about = { "@type": "File", name: what, encodingFormat: "application/json", sha256: await sha256OfFile(path) };
    entities.set(id, { "@id": id, ...about });
    const training = trainingOf(result);
    const made = (entities.get(training["@id"])?.result as { "@id": string }[] | undefined) ?? [];
    const others = made.filter((one) => one["@id"] !== id);
    entities.set(training["@id"], { ...training, result: [...others, { "@id": id }].sort(byId) });
    entities.set(`#data-${result.data.slice(0, 16)}`, dataEntity(result));
  }
  entities.set(SOFTWARE, {
    "@id": SOFTWARE,
    "@type": "SoftwareApplication",
    name: "njepa",
    softwareVersion: libraryVersion,
  });
  for (const id of [FILE, "./"]) entities.delete(id);
  const parts = [...entities.values()].sort(byId);
  const root = {
    "@id": "./",
    "@type": "Dataset",
    name: "Results of N-JEPA's tables at a small scale",
    description:
      "Accuracies of frozen encoders over training seeds and label subsets, with health and curves; no weights.",
    datePublished: new Date().toISOString().slice(0, 10),
    license: { "@id": "https://spdx.org/licenses/MIT" },
    hasPart: parts.filter((one) => one["@type"] === "File").map((one) => ({ "@id": one["@id"] })),
    mentions: parts.filter((one) => one["@type"] === "CreateAction").map((one) => ({ "@id": one["@id"] })),
  };
  const descriptor = {
    "@id": FILE,
    "@type": "CreativeWork",
    conformsTo: { "@id": SPECIFICATION },
    about: { "@id": "./" },
  };
  const crate = { "@context": `${SPECIFICATION}/context`, "@graph": [descriptor, root, ...parts] };
  await writeDurably(join(folder, FILE), `${JSON.stringify(crate, null, 1)}\n`);
}

/** What the crate says already, without files that are no longer there. */
async function readGraph(folder: string): Promise<Entity[]> {
  const path = join(folder, FILE);
  if (!existsSync(path)) return [];
  let graph: unknown;
  try {
    graph = JSON.parse(await readFile(path, "utf8"))["@graph"];
  } catch {}
  if (!Array.isArray(graph))
    throw new StudyError(`${path} is no crate: expected the file as publish wrote it; restore or remove it.`);
  const isThere = (entity: { "@id": string }) => existsSync(join(folder, entity["@id"]));
  return (graph as Entity[]).flatMap((entity) => {
    if (entity["@type"] === "File") return isThere(entity) ? [entity] : [];
    if (entity["@type"] !== "CreateAction") return [entity];
    const result = (entity.result as { "@id": string }[]).filter(isThere);
    return result.length > 0 ? [{ ...entity, result }] : [];
  });
}

function trainingOf({ key, source, run, made, data }: Result): Entity {
  return {
    "@id": `#${source}-${key.slice(0, 16)}`,
    "@type": "CreateAction",
    name: `${source}, ${run.objective.method}, seed ${run.seed}`,
    instrument: { "@id": SOFTWARE },
    object: { "@id": `#data-${data.slice(0, 16)}` },
    endTime: made.finished,
    description: `commit ${made.commit ?? "unknown"}, ${made.steps} steps, ${made.device}, TensorFlow ${made.tensorflow}, Node ${made.node}`,
  };
}

function dataEntity({ data, run }: Result): Entity {
  return {
    "@id": `#data-${data.slice(0, 16)}`,
    "@type": "Dataset",
    name: run.data.name,
    identifier: `fingerprint ${data}`,
  };
}

function resultText({ evaluation, numbers, protocol }: Result): string {
  const percent = numbers.accuracies.map((value) => (100 * value).toFixed(2)).join(", ");
  return `${evaluation.encoder}, ${numbers.labels} labels: ${percent} % top-1; ${protocol}`;
}

function byId(a: { "@id": string }, b: { "@id": string }): number {
  return a["@id"] < b["@id"] ? -1 : 1;
}
