/** Files that appear whole or not at all, locks, processes and their signals, work with a limit.   (no tf) */
export { cacheFolder } from "./cache-folder";
export { type CommandEnd, runCommand } from "./command";
export { compiledFile } from "./compiled-file";
export { createGate, type Gate, throughGate } from "./concurrency";
export { writeDurably } from "./durable-write";
export { onOwnEnd } from "./exit-hook";
export { sha256OfFile } from "./file-hash";
export { ifUnlocked, type LockHolder, lockHolder, withLock } from "./lock";
export { createTurns, type Turns } from "./mutex";
export { endGroup } from "./process-group";
export { formatBytes, type OnProgress, tellEvery } from "./progress";
export { stopSignal } from "./stop-signal";
export { wait, within } from "./timeout";
