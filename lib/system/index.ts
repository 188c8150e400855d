/** Files that appear whole or not at all, locks, processes and their signals, work with a limit, words for a terminal.   (no tf) */
export { cacheFolder } from "./cache-folder";
export { type Checkout, checkout, checkoutFolder } from "./checkout";
export { type CommandEnd, runCommand } from "./command";
export { compiledFile } from "./compiled-file";
export { createLimit, type Limit, mapLimited } from "./concurrency";
export { writeDurably } from "./durable-write";
export { onExit } from "./exit-hook";
export { sha256OfFile } from "./file-hash";
export { folderBytes } from "./folder-bytes";
export { formatBytes, formatSeconds } from "./format";
export { ifUnlocked, type LockHolder, lockHolder, withLock } from "./lock";
export { createMutex, type Mutex } from "./mutex";
export { endGroup } from "./process-group";
export { type OnProgress, tellEvery } from "./progress";
export { type StopSignal, stopSignal } from "./stop-signal";
export { temporaryPath } from "./temporary";
export { type Terminal, TerminalProgress } from "./terminal";
export { raceTimeout, wait } from "./timeout";
