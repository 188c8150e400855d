import { open } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { DataError } from "../../errors";
import { formatBytes, type OnProgress } from "../../system";

const connectSeconds = 10;
const silentSeconds = 30;

/**
 * Downloads a URL into a file, synced to disk.
 *
 * Gives up when no response begins within ten seconds, or when nothing arrives for half a minute.
 */
export async function download(address: string, path: string, onProgress: OnProgress): Promise<void> {
  const stop = new AbortController();
  const giveUp = (seconds: number, why: string) =>
    setTimeout(() => stop.abort(new DataError(`${why} for ${seconds} s`)), seconds * 1000);
  onProgress(`fetching ${address}`);
  let timer = giveUp(connectSeconds, "no answer");
  const file = await open(path, "w");
  try {
    const answer = await fetch(address, { signal: stop.signal });
    if (!answer.ok || answer.body === null) throw new DataError(`answered ${answer.status} ${answer.statusText}`);
    let bytes = 0;
    let told = Date.now();
    for await (const chunk of Readable.fromWeb(answer.body as ReadableStream<Uint8Array>)) {
      clearTimeout(timer);
      timer = giveUp(silentSeconds, "nothing came");
      await file.writeFile(chunk);
      bytes += chunk.length;
      if (Date.now() - told < 1000) continue;
      told = Date.now();
      onProgress(`fetching ${basename(path)}: ${formatBytes(bytes)}`);
    }
    await file.sync();
  } catch (error) {
    // fetch says only "fetch failed"; the reason is in its cause.
    const cause = error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
    throw cause;
  } finally {
    clearTimeout(timer);
    await file.close();
  }
}
