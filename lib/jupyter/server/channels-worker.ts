import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { Channels } from "./channels";
import type { ChannelsData, ToMain } from "./thread-messages";

async function open(port: MessagePort): Promise<void> {
  try {
    await Channels.open(workerData as ChannelsData, port);
  } catch (error) {
    port.postMessage({ kind: "failed", error: (error as Error).message } satisfies ToMain);
  }
}

if (parentPort !== null) void open(parentPort);
