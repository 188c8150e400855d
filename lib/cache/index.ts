/** Where things that were fetched once are kept, and how they get there without ever being half there.   (no tf) */
export { cacheFolder } from "./cache-folder";
export { type CommandEnd, runCommand } from "./command";
export { writeDurably } from "./durable-write";
export { sha256OfFile } from "./file-hash";
export { ifUnlocked, type LockHolder, lockHolder, withLock } from "./lock";
export { formatBytes, type OnProgress, tellEvery } from "./progress";
