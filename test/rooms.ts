/** What every room may import: they import nothing but one another. */
export const EVERYWHERE = ["errors", "random", "interruption"];

/** What each room may import beside `EVERYWHERE`. Everything points from later rooms to earlier ones. */
export const ROOMS: Record<string, readonly string[]> = {
  "command-line": [],
  system: [],
  config: [],
  engine: ["system"],
  pixels: ["config", "engine"],
  data: ["config", "system", "engine", "pixels"],
  masking: ["config"],
  noise: ["config", "engine"],
  model: ["config", "engine"],
  optimizer: ["config", "engine"],
  health: ["engine"],
  objective: ["config", "engine", "masking", "noise", "model"],
  train: [
    "system",
    "config",
    "engine",
    "data",
    "pixels",
    "masking",
    "noise",
    "model",
    "optimizer",
    "objective",
    "health",
  ],
  evaluate: ["system", "config", "engine", "data", "pixels", "model", "optimizer", "health", "report"],
  report: ["system"],
  session: ["system", "report"],
  jupyter: ["system", "report", "session"],
  notebook: ["system", "jupyter"],
  inspect: ["system", "config", "engine", "engine/provision", "data", "report", "jupyter"],
  project: ["system"],
  headless: ["system", "report", "jupyter", "notebook"],
  study: ["system", "config", "engine", "data", "noise", "train", "evaluate", "report"],
};

/** Rooms within a room: what each may import of its siblings. The files beside them may import all, and are imported by none of them. */
export const SUB_ROOMS: Record<string, Record<string, readonly string[]>> = {
  engine: {
    provision: [],
    native: ["provision"],
    graph: ["native"],
    "backend-ops": ["native"],
  },
  data: {
    labels: [],
    images: [],
    files: ["images", "labels"],
    published: ["files"],
    sources: ["images", "labels", "files", "published"],
  },
  evaluate: {
    features: [],
    classifiers: ["features"],
    protocols: ["features", "classifiers"],
  },
  report: {
    table: [],
    claims: ["table"],
    figure: [],
    masks: ["table", "figure"],
    page: ["table", "figure", "claims"],
    diff: ["table", "figure", "page"],
  },
  jupyter: {
    client: [],
    compiler: [],
    server: ["compiler"],
  },
  study: {
    tables: [],
    store: [],
    statistics: [],
    present: ["store", "statistics", "tables"],
    execute: ["store", "tables"],
    slurm: ["store", "execute", "present"],
  },
};
