import { startPjrt } from "njepa/engine";

/** Milliseconds by what they were spent on; a program's by its name, from its start until its results are there. */
export type Spent = Record<string, number>;

/** The work's time inside the plugin's client. */
export async function spentIn(work: () => Promise<unknown>): Promise<Spent> {
  const { client } = await startPjrt();
  const spent: Spent = {};
  const add = (name: string, began: number) => {
    spent[name] = (spent[name] ?? 0) + performance.now() - began;
  };
  const { upload, download, start } = client;
  client.upload = (...given) => {
    const began = performance.now();
    const buffer = upload.apply(client, given);
    add("upload", began);
    return buffer;
  };
  client.download = (...given) => {
    const began = performance.now();
    download.apply(client, given);
    add("download", began);
  };
  client.start = async (...given) => {
    const began = performance.now();
    const started = await start.apply(client, given);
    // Queued behind another program, it waits for that one, too.
    started.computed.then(() => add(given[2], began));
    return started;
  };
  try {
    await work();
  } finally {
    Object.assign(client, { upload, download, start });
  }
  return spent;
}
