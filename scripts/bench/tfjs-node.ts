/** tfjs-node's own C++ binding, built if there is a compiler and the headers: the peer that this engine replaces. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { EngineInfo } from "njepa";
import { Peer } from "./peer";

type TensorFlowLibrary = EngineInfo["library"];

/** The peer's process, or why there is none. */
export type TfjsNode = { peer: Peer; name: string } | { peer: null; name: string };

/** Variable with the folder of TensorFlow's C headers, as in a wheel's `tensorflow/include`. */
const HEADERS = "NJEPA_TENSORFLOW_HEADERS";

/**
 * Compiles the binding's two files against the library that the engine uses, into a folder, and starts a process that
 * uses it.
 */
export async function openTfjsNode(folder: string, { library, framework }: TensorFlowLibrary): Promise<TfjsNode> {
  const absent = (why: string): TfjsNode => ({ peer: null, name: `tfjs-node's C++ binding, absent (${why})` });
  const headers = process.env[HEADERS];
  if (!headers) return absent(`${HEADERS} is not set`);
  const node = join(dirname(process.execPath), "..", "include", "node");
  if (!existsSync(join(node, "node_api.h"))) return absent(`no node_api.h in ${node}`);
  const source = dirname(require.resolve("@tensorflow/tfjs-node-gpu/package.json"));
  const binding = join(folder, "tfjs_binding.node");
  const built = spawnSync("g++", [
    ...["-O3", "-shared", "-fPIC", "-std=c++17", "-DNODE_GYP_MODULE_NAME=tfjs_binding"],
    ...["-I", node, "-I", headers, "-I", source],
    ...["tfjs_backend.cc", "tfjs_binding.cc"].map((file) => join(source, "binding", file)),
    ...["-o", binding, library, framework, `-Wl,-rpath,${dirname(library)}`],
  ]);
  if (built.status !== 0) return absent(built.error ? "no g++" : "g++ failed");
  const peer = new Peer(process.execPath, [join(__dirname, "tfjs-node-side.js"), binding], {
    ...process.env,
    TF_CPP_MIN_LOG_LEVEL: "3",
  });
  await peer.ask({ do: "ready" });
  return { peer, name: "tfjs-node, its C++ binding" };
}
